"""Whatever is asked of the pages, in whatever form, the answer is a page that may be trusted, and never a failure of ours."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders import NOW, newsletter, subscriber
from newsletter.model.signup import Signup
from newsletter.model.subscriber import Subscription
from newsletter.pipeline import Press
from newsletter.render.links import Links, Purpose
from newsletter.web.app import create
from newsletter.web.throttle import SignupLimits

SITE = "https://news.example.org"
PLENTY = SignupLimits(per_network="100000/hour", per_newsletter="100000/hour", per_address="100000/day")


@pytest.fixture
def desk(press: Press) -> Press:
    """One reader of one newsletter, who asked for another address, and a sign-up that waits."""
    letter = press.store.newsletters.save(newsletter(topics=("Harbour", "Crime"))).id or 0
    press.store.subscribers.add(letter, [Subscription(subscriber=subscriber(), newsletter="harbour")], now=NOW)
    press.store.signups.ask(Signup(newsletter_id=letter, email="new@example.com", asked_at=NOW))
    press.store.address_changes.ask(1, letter, "other@example.com", now=NOW)
    return press


@pytest.fixture
def web(desk: Press) -> Iterator[TestClient]:
    with TestClient(create(desk, limits=PLENTY), base_url=SITE, follow_redirects=False) as client:
        yield client


def operations() -> list[tuple[str, str]]:
    """Every method and path that anybody can ask for; the desk's are found by its address alone."""
    paths = create(_nobodys_press()).openapi()["paths"]
    return [(method, path) for path in paths for method in paths[path] if not path.startswith("/desk")]


def _nobodys_press() -> Any:
    class Nobody:
        links = Links(SITE, "a-secret-of-more-than-thirty-two-letters")
        media = "/nowhere"

        def __getattr__(self, _name: str) -> object:
            return None

    return Nobody()


def good(links: Links, path: str) -> dict[str, str]:
    """What would be right in that path."""
    purpose = path.split("/")[1]
    token = links.token(Purpose(purpose), 1, 1).decode() if purpose in set(Purpose) else ""
    return {"token": token, "slug": "harbour", "slot": "2026-W47", "key": "2024-03-15-boats"}


@pytest.mark.parametrize(("method", "path"), operations())
def test_nothing_that_anybody_sends_makes_a_page_fail(desk: Press, web: TestClient, method: str, path: str) -> None:
    schema = schemathesis.openapi.from_dict(web.app.openapi())  # type: ignore[attr-defined]  # it is ours
    cases = schema[path][method].as_strategy()
    right = good(desk.links, path)

    @settings(max_examples=12, suppress_health_check=list(HealthCheck))
    @given(cases, st.sampled_from(["right", "made up"]))
    def asked(case: Any, address: str) -> None:
        if address == "right":
            case.path_parameters = {name: right[name] for name in case.path_parameters or {}}
        sent = case.as_transport_kwargs()
        sent = {name: sent[name] for name in ("params", "headers", "data", "json", "files") if sent.get(name)}
        answer = web.request(method, case.formatted_path, **sent)
        assert answer.status_code < 500, answer.text
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["x-content-type-options"] == "nosniff"
        if answer.status_code != 307:
            assert "no-store" in answer.headers["cache-control"] or "<h1>" in answer.text
        assert not re.search(r"Traceback|sqlalchemy|\.py\b|\"loc\":", answer.text)

    asked()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/a/b/c/d", 404),
        ("PUT", "/harbour", 405),
        ("DELETE", "/harbour/subscribe", 405),
        ("POST", "/harbour/2026-W47", 405),
    ],
)
def test_what_cannot_be_asked_is_told_on_a_page(web: TestClient, method: str, path: str, status: int) -> None:
    answer = web.request(method, path)
    assert answer.status_code == status
    assert "<h1>" in answer.text


@pytest.mark.parametrize("form", [{"reason": "because"}, {"reason": ""}, {}])
def test_a_form_that_was_never_on_a_page_of_ours_is_told_on_a_page(
    desk: Press, web: TestClient, form: dict[str, str]
) -> None:
    web.post(desk.links.unsubscribe(1, 1), data={"List-Unsubscribe": "One-Click"})
    answer = web.post(f"{desk.links.unsubscribe(1, 1)}/why", data=form)
    assert answer.status_code == 422
    assert "<h1>" in answer.text
