"""A link does what it was made for, for whom it was made, by a button that a person presses; nothing else does anything."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from builders import NOW, article, newsletter, subscriber
from newsletter.deliver.memory import MemoryTransport
from newsletter.errors import NotFoundError
from newsletter.model.signup import Signup
from newsletter.model.slot import Slot
from newsletter.model.subscriber import Subscription
from newsletter.model.suppression import SuppressionReason
from newsletter.pipeline import Press
from newsletter.render.links import Links, Purpose
from newsletter.schedule.postman import Postman
from newsletter.store.tables import metadata
from newsletter.web.app import create

SITE = "https://news.example.org"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
#: What each page with a token is for, and a form that it takes, in an order in which all can be done. A page that is not named here fails the test.
PAGES: dict[tuple[str, str], tuple[Purpose, dict[str, str]]] = {
    ("GET", "/unsubscribe/{token}"): (Purpose.UNSUBSCRIBE, {}),
    ("POST", "/unsubscribe/{token}/less"): (Purpose.UNSUBSCRIBE, {"frequency": "monthly"}),
    ("POST", "/unsubscribe/{token}"): (Purpose.UNSUBSCRIBE, ONE_CLICK),
    ("POST", "/unsubscribe/{token}/why"): (Purpose.UNSUBSCRIBE, {"reason": "too_often"}),
    ("GET", "/confirm/{token}"): (Purpose.CONFIRM, {}),
    ("POST", "/confirm/{token}"): (Purpose.CONFIRM, {}),
    ("GET", "/stay/{token}"): (Purpose.STAY, {}),
    ("POST", "/stay/{token}"): (Purpose.STAY, {}),
    ("GET", "/new-address/{token}"): (Purpose.NEW_ADDRESS, {}),
    ("POST", "/new-address/{token}"): (Purpose.NEW_ADDRESS, {}),
    ("GET", "/old-address/{token}"): (Purpose.OLD_ADDRESS, {}),
    ("POST", "/old-address/{token}"): (Purpose.OLD_ADDRESS, {}),
    ("GET", "/preferences/{token}"): (Purpose.PREFERENCES, {}),
    ("POST", "/preferences/{token}"): (Purpose.PREFERENCES, {"state": "active"}),
    ("POST", "/preferences/{token}/address"): (Purpose.PREFERENCES, {"email": "evil@example.com"}),
    ("POST", "/preferences/{token}/data"): (Purpose.PREFERENCES, {}),
    ("POST", "/preferences/{token}/links"): (Purpose.PREFERENCES, {}),
    ("POST", "/preferences/{token}/erase"): (Purpose.PREFERENCES, {"sure": "yes"}),
}


@pytest.fixture
def desk(press: Press) -> Press:
    """Two readers of an issue that went out, a sign-up that waits, and a change of address that waits."""
    letter = press.store.newsletters.save(newsletter(topics=("Harbour",)))
    number = letter.id or 0
    people = [subscriber("ann@example.com"), subscriber("bob@example.com")]
    press.store.subscribers.add(number, [Subscription(subscriber=one, newsletter="harbour") for one in people], now=NOW)
    press.store.signups.ask(Signup(newsletter_id=number, email="new@example.com", asked_at=NOW))
    press.reception.answer()
    press.store.address_changes.ask(1, number, "other@example.com", now=NOW)
    press.store.articles.add(article(), now=NOW)
    press.desk.compose(letter, Slot("2026-W47", "UTC"))
    press.desk.approve(1)
    return press


@pytest.fixture
def web(desk: Press) -> Iterator[TestClient]:
    with TestClient(create(desk), base_url=SITE, follow_redirects=False) as client:
        yield client


def everything(desk: Press) -> dict[str, list[Any]]:
    """Every row of every table."""
    with desk.store.engine.connect() as connection:
        tables = metadata.sorted_tables
        return {table.name: [tuple(row) for row in connection.execute(sa.select(table))] for table in tables}


def routes(web: TestClient) -> list[tuple[str, str]]:
    with_token = [one for one in _routes(web.app) if "{token}" in one.path]
    return [(method, one.path) for one in with_token for method in sorted(one.methods or ())]


def _routes(app: Any) -> Iterator[APIRoute]:
    for one in app.routes:
        if isinstance(one, APIRoute):
            yield one
        elif hasattr(one, "routes") or hasattr(one, "original_router"):
            yield from _routes(getattr(one, "original_router", one))


def test_every_page_with_a_token_is_in_the_table_above(web: TestClient) -> None:
    assert set(routes(web)) == set(PAGES)


def test_each_page_takes_the_links_made_for_it_and_no_other(desk: Press, web: TestClient) -> None:
    """The right ones come last: what they do must not help the others."""
    before = everything(desk)
    for (method, path), (purpose, form) in PAGES.items():
        for other in set(Purpose) - {purpose}:
            token = desk.links.token(other, 1, 1).decode()
            answer = web.request(method, path.replace("{token}", token), data=form or None)
            assert answer.status_code == 404, f"{method} {path} by a link for {other}"
    assert everything(desk) == before
    for (method, path), (purpose, form) in PAGES.items():
        serial = desk.store.subscribers.link_serial(1) if purpose is Purpose.PREFERENCES else 0
        link = path.replace("{token}", desk.links.token(purpose, 1, 1, serial).decode())
        assert web.request(method, link, data=form or None).status_code == 200, f"{method} {path}"


def test_a_link_of_one_reader_touches_no_other(desk: Press, web: TestClient) -> None:
    before = _of(desk, 2)
    for (method, path), (purpose, form) in PAGES.items():
        web.request(method, path.replace("{token}", desk.links.token(purpose, 1, 1).decode()), data=form or None)
    assert _of(desk, 2) == before


def _of(desk: Press, person: int) -> Subscription:
    return desk.store.subscribers.get(person, 1)


@pytest.mark.parametrize("purpose", [one for one in Purpose if one is not Purpose.DESK])
def test_no_bit_of_a_link_can_be_flipped(purpose: Purpose) -> None:
    links = Links(SITE, "a-secret-of-more-than-thirty-two-letters")
    right = links.token(purpose, 1, 1)
    assert links.read(right.decode(), purpose) == (1, 1)
    for place in range(len(right) * 8):
        wrong = bytearray(right)
        wrong[place // 8] ^= 1 << place % 8
        with pytest.raises(NotFoundError):
            links.read(bytes(wrong).decode("latin-1"), purpose)


@pytest.mark.parametrize("purpose", [one for one in Purpose if one is not Purpose.DESK])
def test_a_former_key_goes_on_opening_and_one_that_is_not_ours_never_does(purpose: Purpose) -> None:
    old, new = Links(SITE, "o" * 40), Links(SITE, "n" * 40, ("o" * 40,))
    sent = old.token(purpose, 7, 3).decode()
    assert new.read(sent, purpose) == (7, 3)
    assert new.token(purpose, 7, 3).decode() != sent
    for stranger in (Links(SITE, "n" * 40), Links(SITE, "s" * 40, ("n" * 40,))):
        with pytest.raises(NotFoundError):
            stranger.read(sent, purpose)


#: How programs that look into mails before a person does ask for what is linked there.
SCANNERS = [
    {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120 Safari/537.36"},
    {"User-Agent": "Barracuda Sentinel (EE)"},
    {"User-Agent": "Mozilla/5.0 (compatible; Mimecast/1.0)", "Accept": "*/*"},
    {"User-Agent": "SafeLinks", "Sec-Purpose": "prefetch;prerender", "Purpose": "prefetch"},
    {"User-Agent": "Mozilla/5.0", "X-Moz": "prefetch", "Range": "bytes=0-0"},
    {"User-Agent": "curl/8.5.0", "If-None-Match": "*", "If-Modified-Since": "Thu, 19 Nov 2026 12:00:00 GMT"},
    {"User-Agent": "GoogleImageProxy", "Accept": "image/*", "Referer": "https://mail.example.com/"},
    {"User-Agent": "Slackbot-LinkExpanding 1.0", "Cookie": "a=b", "X-HTTP-Method-Override": "POST", "X-Forwarded-Method": "POST"},
    {},
]  # fmt: skip
ADDRESS = re.compile(rf"{SITE}/[^\s\"'<>)\]]+")


def mails(desk: Press) -> list[str]:
    """Every mail with links of a reader's own: the issue, and those about a subscription."""
    relay = MemoryTransport()
    desk.dispatch.send(1, relay)
    asyncio.run(Postman(press=desk, transport=lambda: relay, say=pytest.fail).go())
    return [
        mail.content.decode().replace("=\r\n", "").replace("=3D", "=").replace("\r\n ", " ") for mail in relay.mails
    ]


def test_what_scanners_fetch_changes_nothing(desk: Press, web: TestClient) -> None:
    links = {link for mail in mails(desk) for link in ADDRESS.findall(mail)}
    purposes = {link.split("/")[3] for link in links}
    assert {"unsubscribe", "preferences", "confirm", "new-address", "old-address"} <= purposes
    links |= {
        desk.links.to(Purpose.STAY, 1, 1),
        f"{desk.links.preferences(1, 1)}/erase",
        f"{desk.links.unsubscribe(1, 1)}/less",
    }
    before = everything(desk)
    for headers in SCANNERS:
        for link in links:
            for method in ("GET", "HEAD", "OPTIONS"):
                answer = web.request(method, link, headers=headers)
                assert answer.status_code < 500, f"{method} {link}"
                assert "set-cookie" not in answer.headers
            web.get(f"{link}?List-Unsubscribe=One-Click&sure=yes&state=unsubscribed", headers=headers)
    assert everything(desk) == before


def test_a_checker_of_links_is_told_that_each_page_is_there(desk: Press, web: TestClient) -> None:
    for link in (
        desk.links.unsubscribe(1, 1),
        desk.links.preferences(1, 1),
        f"{SITE}/harbour",
        f"{SITE}/harbour/subscribe",
    ):
        answer = web.head(link)
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["content-security-policy"]


def test_what_is_personal_is_kept_by_no_cache_and_no_header_changes_what_is_public(
    desk: Press, web: TestClient
) -> None:
    mails(desk)
    for (method, path), (purpose, form) in PAGES.items():
        answer = web.request(
            method, path.replace("{token}", desk.links.token(purpose, 2, 1).decode()), data=form or None
        )
        assert answer.headers["cache-control"] == "no-store, private", f"{method} {path}"
        assert answer.headers["referrer-policy"] == "no-referrer"
    public = [web.get(path).text for path in ("/harbour", "/harbour/2026-W47")]
    strange = {
        "X-Forwarded-Host": "evil.example",
        "X-Original-URL": "/desk",
        "Host": "evil.example",
        "Cookie": "preview=1",
        "X-Preview": "1",
    }
    assert [web.get(path, headers=strange).text for path in ("/harbour", "/harbour/2026-W47")] == public


def test_a_known_and_an_unknown_address_make_the_program_do_the_same(desk: Press, web: TestClient) -> None:
    """The same statements in the same order, and the same page: `make bench-signup` measures that it takes as long, too."""
    desk.store.suppressions.add("spam@example.com", SuppressionReason.COMPLAINT, actor="t", now=NOW)
    done: list[list[str]] = []

    def noted(_c: object, _k: object, statement: str, *_: object) -> None:
        done[-1].append(statement)

    sa.event.listen(desk.store.engine, "before_cursor_execute", noted)
    pages = set()
    for email in ("ann@example.com", "nobody@example.net", "new@example.com", "spam@example.com"):
        done.append([])
        answer = web.post("/harbour/subscribe", data={"email": email})
        pages.add((answer.status_code, answer.text.replace(email, "")))
    assert len(pages) == 1
    assert done[0]
    assert all(statements == done[0] for statements in done)


def test_links_that_were_changed_open_nothing_but_leaving(desk: Press, web: TestClient) -> None:
    old = desk.links.preferences(1, 1)
    web.post(f"{old}/links")
    assert web.get(old).status_code == 404
    assert web.get(desk.links.preferences(1, 1, 1)).status_code == 200
    assert web.post(desk.links.unsubscribe(1, 1), data=ONE_CLICK).status_code == 200
    assert replace(_of(desk, 1), left_at=None).state == "unsubscribed"
