"""What features hang into the frame: places, bell, start page, search."""

import pytest

from portal.web import bell, home, navigation, search

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.portal.web.site")]


@pytest.fixture(autouse=True)
def empty(monkeypatch):
    monkeypatch.setattr(navigation, "_entries", {})
    monkeypatch.setattr(navigation, "_actions", {})
    monkeypatch.setattr(bell, "_registered", [])
    monkeypatch.setattr(home, "_sections", {})
    monkeypatch.setattr(search, "_sources", {})


def entry(label, url_name, **more):
    navigation.register(navigation.Entry(label, url_name, "house", **more))


def test_places_come_in_order_and_the_closest_is_marked(engineer):
    entry("Account", "mfa_index", order=2)
    entry("Home", "styleguide", order=1)
    items = navigation.items(engineer, "/account/2fa/totp/activate/")
    assert [(item.label, item.active) for item in items] == [
        ("Home", False),
        ("Account", True),
    ]


def test_home_is_marked_only_on_home(engineer):
    entry("Home", "styleguide")
    assert navigation.items(engineer, "/")[0].active
    assert not navigation.items(engineer, "/elsewhere/")[0].active


def test_a_place_without_permission_is_absent(engineer):
    entry("People", "mfa_index", permission="accounts.manage_people")
    assert navigation.items(engineer, "/") == []


def test_a_count_is_shown_and_registering_again_replaces(engineer):
    entry("Approvals", "mfa_index")
    entry("Approvals", "mfa_index", count=lambda user: len(user.name), mobile=True)
    (item,) = navigation.items(engineer, "/")
    assert item.count == len(engineer.name)
    assert item.mobile_label == "Approvals"


def test_actions_are_buttons_of_the_top_bar(client, engineer):
    navigation.register_action(
        navigation.Entry("Declare incident", "mfa_index", "siren")
    )
    client.force_login(engineer)
    assert b"Declare incident" in client.get("/").content


def test_the_bell_rings_when_an_app_keeps_notices(client, engineer):
    assert bell.ring(engineer) is None
    bell.register("mfa_index", lambda _: 120)
    assert bell.ring(engineer) == bell.Bell(count=120, url="/account/2fa/")
    client.force_login(engineer)
    text = client.get("/").content.decode()
    assert "120 unread" in text
    assert "99+" in text


def test_the_start_page_shows_only_sections_with_something(engineer):
    row = home.HomeRow("Checkout answers 502", "/incidents/1/")
    home.register(home.Section("b", "Later", 2, lambda _: [row]))
    home.register(home.Section("a", "First", 1, lambda _: [row]))
    home.register(home.Section("c", "Empty", 0, lambda _: []))
    home.register(
        home.Section("d", "Hidden", 0, lambda _: [row], "accounts.manage_people")
    )
    filled = home.sections(engineer)
    assert [entry.section.title for entry in filled] == ["First", "Later"]


@pytest.mark.parametrize("text", ["", " ", "a", "\x00", "a\x00 "])
def test_a_text_too_short_is_not_searched_for(engineer, text):
    search.register(search.Source("All", lambda *_: pytest.fail("searched")))
    assert search.find(engineer, text) == []


def test_search_groups_what_each_source_finds(engineer):
    asked = []

    def find(user, text):
        asked.append(text)
        return [search.Hit("INC-1", "/incidents/1/")]

    search.register(search.Source("Incidents", find))
    search.register(search.Source("Duties", lambda *_: []))
    (group,) = search.find(engineer, "  502\x00 " + "x" * 200)
    assert group.label == "Incidents"
    assert len(asked[0]) <= search.LONGEST
