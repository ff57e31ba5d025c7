"""Rows C1 to C6: the headers of a list, and the ways out of it."""

import asyncio
import quopri
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from urllib.parse import urlsplit

from fastapi.testclient import TestClient

from bench.scorecard.reading import Reading
from bench.scorecard.receiver import Arrived, receiver
from bench.scorecard.row import Point, Row, check
from bench.scorecard.trial import Trial, trial
from bench.scorecard.verifiers import signatures
from bench.scorecard.world import PAGES, World
from newsletter.deliver.memory import MemoryTransport
from newsletter.errors import NotFoundError
from newsletter.model.delivery import DeliveryState
from newsletter.model.subscriber import Subscription, SubscriptionState
from newsletter.render.compiled import Compiled
from newsletter.render.links import Purpose
from newsletter.render.personal import fixed_headers
from newsletter.schedule.postman import Postman
from newsletter.web.app import create

_ONE_CLICK = {"List-Unsubscribe": "One-Click"}
_OK, _SENDER_ID = 200, range(5, 16)
#: A token has at least so many bits that nobody can guess, in letters of six bits each.
_LONG_TOKEN = 22


def one_click(world: World) -> Iterator[Point]:
    """C1."""
    wrong = {fault for reading in world.readings for fault in _no_one_click(reading)}
    links = {reading.unsubscribe for reading in world.readings}
    yield check(not wrong and len(links) == len(world.readings),
                f"{len(links)} mails with one https address each and List-Unsubscribe=One-Click, both signed",
                "; ".join(sorted(wrong)) or "mails share an address to unsubscribe")  # fmt: skip
    if wrong:
        return
    with world.browser() as browser:
        _subscribed_again(world, world.first.unsubscribe)
        before = world.database()
        answers, states = [], [before]
        for given in ({"data": _ONE_CLICK}, {"data": _ONE_CLICK}, {"files": {"List-Unsubscribe": (None, "One-Click")}}):
            answer = browser.post(world.first.unsubscribe, **given)
            answers.append((answer.status_code, "location" in answer.headers, "set-cookie" in answer.headers))
            states.append(world.database())
        forged = _forgeries(browser, world.first.unsubscribe)
    changes = sum(one != other for one, other in pairwise(states))
    yield check(answers == [(_OK, False, False)] * 3 and changes == 1, "POST x 3 without a cookie: 200 each, no redirect, one change",
                f"three POSTs gave {answers} and {changes} changes")  # fmt: skip
    yield check(not forged, "every token with one letter changed is turned away", f"{forged} forged tokens were taken")


def _no_one_click(reading: Reading) -> Iterator[str]:
    header = reading.one("list-unsubscribe")
    addresses = re.findall(r"<([^<>]*)>", header)
    if [urlsplit(address).scheme for address in addresses].count("https") != 1:
        yield f"List-Unsubscribe holds {header or 'nothing'!r}"
    if reading.one("list-unsubscribe-post") != "List-Unsubscribe=One-Click":
        yield "List-Unsubscribe-Post is not List-Unsubscribe=One-Click"
    for tags in signatures(reading.mail.content) or [{}]:
        if not {"list-unsubscribe", "list-unsubscribe-post"} <= set(tags.get("h", "").lower().split(":")):
            yield "a signature leaves out the fields of unsubscribing"
    token = urlsplit(reading.unsubscribe).path.rpartition("/")[2]
    if len(token) < _LONG_TOKEN:
        yield f"the token has {len(token)} letters only"


def _forgeries(browser: TestClient, address: str) -> int:
    """How many changed tokens are taken. The last letter holds bits that base64 throws away."""
    before, _, token = address.rpartition("/")
    forged = (token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :] for at in range(len(token) - 1))
    return sum(browser.post(f"{before}/{one}", data=_ONE_CLICK).is_success for one in forged)


def _subscribed_again(world: World, address: str) -> Subscription:
    """The subscription that an address ends, active again."""
    person, newsletter = world.press.links.read(address.rpartition("/")[2], Purpose.UNSUBSCRIBE)
    found = world.press.store.subscribers.get(person, newsletter)
    active = replace(found, state=SubscriptionState.ACTIVE)
    world.press.store.subscribers.change(active, newsletter, actor="scorecard", now=world.press.clock())
    return active


def at_once(_: World) -> Iterator[Point]:
    """C2."""
    # More than are claimed ahead: about a second of sending.
    readers = [f"reader{number}@example.com" for number in range(1, 301)]

    def leave(mail: Arrived) -> None:
        """Somebody else unsubscribes while the first mail is being handed over."""
        if mail.recipients == (readers[0],):
            with TestClient(create(one.press), base_url="https://news.example.org") as browser:
                browser.post(one.press.links.unsubscribe(len(readers), 1), data=_ONE_CLICK)

    with trial(readers) as one, receiver(tells=leave) as book:
        one.send(book.port)
        row = one.row(readers[-1])
    got = {mail.recipients[0] for mail in book.arrived}
    yield check(row.state is DeliveryState.SUPPRESSED and got == set(readers[:-1]),
                f"who leaves while the issue goes out gets nothing: {row.state} ({row.reason}), {len(got)} others sent",
                f"who left while the issue went out is {row.state}; {len(got)} of {len(readers) - 1} others got it")  # fmt: skip


def looking_changes_nothing(world: World) -> Iterator[Point]:
    """C3."""
    links = sorted(
        {
            link
            for reading in world.readings
            for link in reading.html_links | {reading.unsubscribe}
            if link.startswith(PAGES)
        }
    )
    before, looks, odd, scripts = world.database(), 0, [], 0
    with world.browser() as browser:
        for link in links:
            for method in ("GET", "HEAD", "OPTIONS"):
                answer = browser.request(method, link, headers={"Purpose": "prefetch", "Sec-Purpose": "prefetch"})
                looks += 1
                scripts += b"<script" in answer.content and "ld+json" not in answer.text
                if answer.is_redirect or "set-cookie" in answer.headers or answer.is_server_error:
                    odd.append(f"{method} {urlsplit(link).path.split('/')[1]}: {answer.status_code}")
            page = browser.get(link).text
            odd += ["a form that acts by GET"] if re.search(r"<form(?![^>]*method=.post)", page, re.IGNORECASE) else []
    yield check(links and world.database() == before, f"{looks} looks at {len(links)} links of {len(world.readings)} mails: the database is the same",
                "the database changed because somebody looked at the links")  # fmt: skip
    yield check(
        not odd and not scripts,
        "no redirect, no cookie, no script, forms POST",
        f"{scripts} scripts; {'; '.join(odd[:3])}",
    )


def confirmed(_: World) -> Iterator[Point]:
    """C4."""
    with (
        trial(["reader@example.com"]) as one,
        TestClient(create(one.press), base_url="https://news.example.org") as web,
    ):
        form = web.get(f"/{one.newsletter.slug}/subscribe").text
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
        web.post(f"/{one.newsletter.slug}/subscribe", data={"email": _STRANGER, **hidden})
        mail = _letter(one)
        link = re.search(r"https://news\.example\.org/confirm/[\w-]+", mail)
        for method in ("GET", "HEAD", "OPTIONS"):
            web.request(method, link[0] if link else "/", headers={"Purpose": "prefetch"})
        looked = _stands(one)
        answer = web.post(link[0]) if link else web.get("/")
        kept = one.press.store.consents.of(2, 1) if answer.is_success else []
    yield check(link and looked is None, "a mail asks; looking at its link confirms nothing",
                f"the mail has {'a' if link else 'no'} link, and after looking at it the stranger is {looked}")  # fmt: skip
    told = [(one.kind, bool(one.wording), bool(one.page)) for one in kept]
    yield check(answer.is_success and [kind for kind, *_ in told] == ["asked", "confirmed"] and all(told[0][1:]),
                "the button subscribes; kept are both times, the wording, the page and the network",
                f"the button answers {answer.status_code}, and kept is {told}")  # fmt: skip


_STRANGER = "stranger@example.com"


def _letter(one: Trial) -> str:
    """What is written to a stranger, as it arrives."""
    relay = MemoryTransport()
    asyncio.run(Postman(press=one.press, transport=lambda: relay, say=lambda _: None).go())
    return "".join(quopri.decodestring(mail.content).decode() for mail in relay.mails if mail.recipient == _STRANGER)


def _stands(one: Trial) -> SubscriptionState | None:
    try:
        return one.press.store.subscribers.find(_STRANGER, 1).state
    except NotFoundError:
        return None


def list_fields(world: World) -> Iterator[Point]:
    """C5."""
    ids = {reading.one("list-id") for reading in world.readings}
    found = re.fullmatch(r'(?:"[^"]*" )?<([a-z0-9-]+(?:\.[a-z0-9-]+)+)>', min(ids))
    label = found[1] if found else ""
    next_week = fixed_headers(
        Compiled(subject="Another", html="", text=""),
        world.newsletter,
        archive_url=f"{PAGES}/x/2026-W48",
        slot="2026-W48",
    )
    again = Reading(Arrived(sender="", recipients=(), content=next_week + b"\r\n")).one("list-id")
    yield check(ids == {again} and label.endswith(f".{world.first.sender_domain}"), f"List-Id: {again}, in every issue",
                f"List-Id is {sorted(ids)}, and {again} in another issue")  # fmt: skip
    wrong = sorted({name for reading in world.readings for name in ("list-help", "list-archive")
                    if not re.fullmatch(r"<https://[^<>]+>", reading.one(name))}
                   | {"list-post" for reading in world.readings if reading.one("list-post").upper() != "NO"})  # fmt: skip
    yield check(
        not wrong,
        f"List-Help and List-Archive: {world.first.one('list-archive')}; List-Post: NO",
        f"wrong or missing: {', '.join(wrong)}",
    )


def feedback(world: World) -> Iterator[Point]:
    """C6."""
    found = {reading.one("feedback-id") for reading in world.readings}
    value = min(found)
    parts = value.split(":")
    personal = [
        part
        for reading in world.readings
        for part in parts
        if part and part in (reading.mail.recipients[0], reading.one("message-id"))
    ]
    signed = all("feedback-id" in tags.get("h", "").split(":") for tags in signatures(world.first.mail.content) or [{}])
    yield check(len(found) == 1 and len(parts) == len(set(parts)) == 4 and all(parts) and len(parts[-1]) in _SENDER_ID  # noqa: PLR2004 - as Gmail counts them
                and "@" not in value and not personal and signed,
                f"Feedback-ID: {value}, the same for all {len(world.readings)} readers and signed",
                f"Feedback-ID is {sorted(found)[:2]}{'' if signed else ', not signed'}")  # fmt: skip


ROWS = (
    Row(number="C1", requirement="One click unsubscribes: one https address, signed, POST alone, no login, no forgery",
        source="RFC 8058, 3.1; RFC 2369", tool="POST without cookies", judge=one_click),
    Row(number="C2", requirement="Who unsubscribes gets nothing more, even of an issue that is going out",
        source="Gmail, Yahoo: 48 hours; CAN-SPAM; GDPR 21", tool="POST while aiosmtpd takes the first mail", judge=at_once),
    Row(number="C3", requirement="Looking at a link never acts: scanners follow all of them",
        source="RFC 9110, 9.2.1; RFC 8058, 3.1", tool="GET, HEAD, OPTIONS on every link, digest of the database", judge=looking_changes_nothing),
    Row(number="C4", requirement="A subscription is confirmed by a button, and what was consented to is kept",
        source="GDPR 7(1)", tool="form, mail and button; GET, HEAD, OPTIONS on its link", judge=confirmed),
    Row(number="C5", requirement="List-Id stays the same; List-Help, List-Archive, List-Post: NO",
        source="RFC 2919, 2369", tool="email.parser", judge=list_fields),
    Row(number="C6", requirement="Feedback-ID of four fields with nothing personal in them, signed",
        source="Gmail", tool="email.parser", judge=feedback),
)  # fmt: skip
