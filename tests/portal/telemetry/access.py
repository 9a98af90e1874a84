"""What a load balancer asks, without a sign-in."""

from tests.access import Access

ROUTES: dict[str, Access] = {
    "healthz": Access(public=True),
    "readyz": Access(public=True),
}
