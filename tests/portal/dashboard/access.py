"""Home, search and status are everybody's; each shows what the person may see."""

from tests.access import Access

ROUTES: dict[str, Access] = {
    "dashboard:home": Access(),
    "dashboard:search": Access(),
    "dashboard:status": Access(),
}
