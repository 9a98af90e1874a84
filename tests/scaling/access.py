"""Who may ask for a resize."""

from tests.access import Access, roles

ROUTES = {
    "scaling:resize": Access(get=roles("engineer"), post=roles("engineer")),
}
