# One image for every process: web, worker, beat, and the release step.
# The embedded servers of `make up` are not in it.
ARG PYTHON=3.11-slim-bookworm

FROM python:${PYTHON} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
RUN python -m venv /opt/venv
COPY requirements/runtime.txt .
RUN /opt/venv/bin/pip install --require-hashes -r runtime.txt \
 && /opt/venv/bin/python -m compileall -q /opt/venv

FROM python:${PYTHON}
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PORTAL_MODE=production \
    STATIC_ROOT=/app/staticfiles \
    PORTAL_VAR=/tmp/portal
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY manage.py ./
COPY portal ./portal
COPY incidents ./incidents
COPY maintenance ./maintenance
COPY scaling ./scaling
COPY secrets_audit ./secrets_audit
COPY templates ./templates
COPY static ./static
COPY deploy ./deploy
# Static files need settings, and settings need values; none of them is kept.
RUN PORTAL_MODE=embedded python manage.py collectstatic --no-input \
 && python -m compileall -q . \
 && rm -rf /tmp/portal
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s \
  CMD ["python", "deploy/healthcheck.py"]
CMD ["gunicorn", "--config", "deploy/gunicorn.conf.py", "portal.wsgi"]
