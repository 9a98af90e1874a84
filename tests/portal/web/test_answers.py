"""How views answer, and how refusals reach a page or a fragment."""

import pytest
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from portal.web import errors

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.portal.web.site")]
HTMX = {"HX-Request": "true"}
# Session, account, last seen, roles, bell, and one count of a place.
FRAME_QUERIES = 6


@pytest.fixture
def signed_in(client, engineer):
    client.force_login(engineer)
    client.raise_request_exception = False
    return client


def test_a_handled_form_answers_with_a_redirect(signed_in):
    answer = signed_in.post("/handled/")
    assert answer.status_code == 303
    assert answer["Location"] == "/"
    assert "HX-Request" in answer["Vary"]


def test_a_handled_form_answers_htmx_with_the_fragment(signed_in):
    answer = signed_in.post("/handled/", headers=HTMX)
    assert answer.status_code == 200
    assert b"<html" not in answer.content


@pytest.mark.parametrize("extra", ["HX-Boosted", "HX-History-Restore-Request"])
def test_htmx_gets_a_whole_page_where_it_needs_one(signed_in, extra):
    answer = signed_in.get("/polled/", headers={**HTMX, extra: "true"})
    assert b"<html" in answer.content


def test_htmx_is_moved_to_another_page_as_a_whole(signed_in):
    answer = signed_in.post("/moved/", headers=HTMX)
    assert answer.status_code == 200
    assert answer["HX-Redirect"] == "/search/"
    assert signed_in.post("/moved/").status_code == 303


def test_the_end_of_polling_is_only_said_to_htmx(signed_in):
    assert signed_in.get("/polled/", headers=HTMX).status_code == 286
    assert signed_in.get("/polled/").status_code == 200


def test_a_late_click_is_told_what_happened(signed_in):
    answer = signed_in.post("/transition/")
    assert answer.status_code == 409
    assert b"Bo Sample acknowledged it 4 seconds ago." in answer.content
    assert b"Nothing was changed" in answer.content


def test_a_late_click_by_htmx_is_told_in_the_alert_region(signed_in):
    answer = signed_in.post("/transition/", headers=HTMX)
    assert answer.status_code == 409
    assert answer["HX-Retarget"] == "#alerts"
    assert answer["HX-Reswap"] == "innerHTML"
    assert b"<html" not in answer.content


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_refusal_names_the_role_and_who_gives_it(signed_in, headers):
    answer = signed_in.get("/forbidden/", headers=headers)
    text = answer.content.decode()
    assert answer.status_code == 403
    assert "Approver" in text
    assert "two approvers together" in text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/denied/", 403),
        ("/nowhere/", 404),
        ("/suspicious/", 400),
        ("/handled/", 405),
        ("/broken/", 500),
        ("/database/", 503),
        ("/?q=%00", 400),
    ],
)
def test_every_failure_has_a_page_and_a_fragment(signed_in, path, status):
    page = signed_in.get(path)
    assert page.status_code == status
    assert b"<h1>" in page.content
    assert signed_in.get(path, headers=HTMX).status_code == status


def test_a_page_that_takes_only_a_form_says_which_methods_it_takes(signed_in):
    assert signed_in.get("/handled/")["Allow"] == "POST"


def test_a_database_that_is_away_asks_to_come_back(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/database/")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"


def test_a_database_lost_before_the_view_is_a_503_too(signed_in, monkeypatch):
    def fail(*_):
        raise errors.OperationalError("server closed the connection")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", fail)
    assert signed_in.get("/").status_code == 503


def test_the_last_page_appears_even_when_its_template_is_broken(monkeypatch):
    def fail(*_):
        raise RuntimeError

    monkeypatch.setattr(errors, "render_to_string", fail)
    answer = errors.server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert answer["Content-Type"] == "text/plain"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_cannot_act_in_a_persons_name(signed_in, site):
    answer = signed_in.post("/handled/", headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 403
    assert signed_in.get("/", headers={"Sec-Fetch-Site": site}).status_code == 200


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_our_own_pages_may_act(signed_in, site):
    headers = {"Sec-Fetch-Site": site}
    assert signed_in.post("/handled/", headers=headers).status_code == 303


def test_a_form_without_its_token_is_told_to_reload(engineer):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(engineer)
    answer = strict.post("/handled/")
    assert answer.status_code == 403
    assert b"This form has expired" in answer.content


def test_a_fragment_of_an_ended_session_sends_the_page_to_sign_in(client):
    headers = {**HTMX, "HX-Current-URL": "http://testserver/incidents/?q=a b"}
    answer = client.get("/", headers=headers)
    assert answer.status_code == 401
    assert answer["HX-Redirect"].startswith(reverse("account_login") + "?next=%2Finc")


def test_where_to_come_back_to_is_never_another_site(client):
    headers = {**HTMX, "HX-Current-URL": "http://evil.example/x"}
    assert client.get("/", headers=headers)["HX-Redirect"].endswith("?next=%2F")


def test_a_fragment_that_needs_a_fresh_proof_sends_the_page_to_prove(signed_in):
    answer = signed_in.get("/proof/", headers=HTMX)
    assert answer.status_code == 401
    assert "reauthenticate" in answer["HX-Redirect"]
    assert signed_in.get("/proof/").status_code == 302


def test_pages_are_not_kept_and_may_use_nothing_they_do_not_need(signed_in):
    answer = signed_in.get("/")
    assert answer["Cache-Control"] == "no-store"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["X-Request-ID"] in answer.content.decode()
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_times_are_shown_in_the_persons_zone(client, engineer):
    engineer.time_zone = "Asia/Kolkata"
    engineer.save(update_fields=["time_zone"])
    client.force_login(engineer)
    assert b"Times in Asia/Kolkata" in client.get("/").content


@override_settings(PORTAL_TIME_ZONE="Pacific/Auckland")
@pytest.mark.parametrize("zone", ["", "America", "../etc/passwd", "Mars/Base"])
def test_a_zone_that_does_not_exist_falls_back_to_the_companys(client, engineer, zone):
    engineer.time_zone = zone
    engineer.save(update_fields=["time_zone"])
    client.force_login(engineer)
    assert b"Times in Pacific/Auckland" in client.get("/").content


def test_theme_and_density_are_the_persons(client, engineer):
    engineer.theme, engineer.density, engineer.shortcuts = "dark", "compact", False
    engineer.save()
    client.force_login(engineer)
    text = client.get("/").content.decode()
    assert 'data-theme="dark"' in text
    assert 'data-density="compact"' in text
    assert 'data-shortcuts="off"' in text


def test_the_frame_of_a_page_costs_few_queries(
    signed_in, django_assert_max_num_queries
):
    signed_in.get("/")
    with django_assert_max_num_queries(FRAME_QUERIES):
        assert signed_in.get("/").status_code == 200
