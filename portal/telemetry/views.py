"""Is the process alive, and can it serve?"""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from psycopg_pool import PoolTimeout

_complete: list[bool] = []


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        complete = _schema_is_complete()
    except (DatabaseError, PoolTimeout):
        return _not_ready("The database does not answer.")
    if not complete:
        return _not_ready("Migrations are waiting to be applied.")
    return JsonResponse({"status": "ok"})


def _schema_is_complete() -> bool:
    """Whether every migration this process knows is applied. Once it was, it stays
    so for this process, and the question is not asked again."""
    if not _complete:
        executor = MigrationExecutor(connection)
        if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
            _complete.append(True)
    return bool(_complete)


def _not_ready(reason: str) -> JsonResponse:
    return JsonResponse(
        {"status": "unavailable", "reason": reason},
        status=503,
        headers={"Retry-After": "5"},
    )
