"""Who may look at the inventory, and who may have it read again."""

from tests.access import EVERYONE, Access, roles
from tests.portal.catalog.factories import make_resource, make_service

WORKERS = roles("engineer", "approver", "administrator")
ROUTES: dict[str, Access] = {
    "catalog:inventory": Access(get=EVERYONE),
    "catalog:inventory_refresh": Access(get=None, post=WORKERS),
    "catalog:resource": Access(get=EVERYONE, kwargs=lambda: {"pk": make_resource().pk}),
    "catalog:resource_refresh": Access(
        get=None, post=WORKERS, kwargs=lambda: {"pk": make_resource().pk}
    ),
    "catalog:services": Access(get=EVERYONE),
    "catalog:service": Access(
        get=EVERYONE, kwargs=lambda: {"slug": make_service().slug}
    ),
}
