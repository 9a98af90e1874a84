"""Everybody reads and ticks off their own notices."""

from tests.access import EVERYONE, Access

ROUTES: dict[str, Access] = {
    "notify:list": Access(),
    "notify:reading": Access(get=None, post=EVERYONE, data={"up_to": 1}),
}
