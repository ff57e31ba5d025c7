"""``bench/scorecard``: what the rows on a mail's form, its headers and its links catch."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace

import pytest
from fastapi import FastAPI, Response

from bench.scorecard.tools import CHROMIUM
from bench.scorecard.world import World, made_world
from newsletter.errors import NotFoundError
from newsletter.model.subscriber import SubscriptionState
from newsletter.pipeline import Press
from newsletter.render.links import Purpose
from spoiling import fails, spoiled, swapped, without


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with made_world() as made:
        yield made


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (swapped(b"\r\nTo: ", b"\r\nTo: other@example.com, "), "To has 2 addresses"),
        (without("Date"), "0 fields Date"),
        (swapped(b"\r\nSubject: ", b"\r\nFrom: x@other.example\r\nSubject: "), "2 fields From"),
        (swapped(b" +0000\r\n", b" -0000\r\n"), "Date has no zone"),
        (swapped(b"@tidewater.example>\r\nDate", b"@localhost>\r\nDate"), "not of the domain of From"),
    ],
)
def test_b1_catches_what_is_missing_or_there_twice(world: World, change: Callable[[bytes], bytes], words: str) -> None:
    fails("B1", spoiled(world, change), words)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (swapped(b"\r\nSubject: ", b"\r\nX-Long: " + b"x" * 1000 + b"\r\nSubject: "), "a line has 1008 octets"),
        (swapped(b"\r\n\r\n--nl", b"\n\n--nl"), "mails hold a CR or LF"),
        (swapped(b"THE TIDEWATER", b"THE\0TIDEWATER"), "or a NUL"),
        (swapped(b"THE TIDEWATER", "THÉ TIDEWATER".encode()), "hold 8-bit octets"),
    ],
)
def test_b2_catches_lines_that_no_relay_should_take(world: World, change: Callable[[bytes], bytes], words: str) -> None:
    fails("B2", spoiled(world, change), words)


def test_b3_catches_what_the_standard_library_makes_of_a_long_address(world: World) -> None:
    fails("B3", spoiled(world, swapped(b"List-Unsubscribe: <", b"List-Unsubscribe: =?utf-8?q?=3C")), "encoded words in")
    fails(
        "B3",
        spoiled(world, swapped(b"List-Unsubscribe: <https://", b"List-Unsubscribe: <https://x.")),
        "is not the link",
    )


def test_b4_catches_headers_that_take_line_breaks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.render.headers._refuse_controls", lambda *_: None)
    fails("B4", world, "they get into headers: '\\r\\nBcc")


def test_b5_catches_mail_that_asks_for_smtputf8_always(world: World) -> None:
    asking = tuple(replace(mail, mail_said=f"{mail.mail_said} SMTPUTF8") for mail in world.mails)
    fails("B5", replace(world, mails=asking), "SMTPUTF8 was asked for 22 of 22")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (swapped(b"multipart/alternative", b"multipart/mixed"), "the parts are multipart/mixed"),
        (swapped(b"Content-Type: text/plain", b"Content-Type: text/enriched"), "the parts are"),
        (swapped(b"[1] https://", b"[1] "), "links stand in one part only"),
        (swapped(b"Ropewalk", b"R"), "is not in the text"),
    ],
)
def test_b6_catches_parts_that_say_different_things(world: World, change: Callable[[bytes], bytes], words: str) -> None:
    fails("B6", spoiled(world, change), words)


def test_b7_catches_a_mail_that_gmail_would_clip(world: World) -> None:
    fails(
        "B7",
        spoiled(world, swapped(b"</body>", b"<p>" + b"Fares rise. \r\n" * 9000 + b"</p></body>")),
        "an HTML part has",
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda mail: re.sub(rb"alt=3D\"", b'data-x=3D"', mail), "have no description"),
        (swapped(b'src=3D"https:', b'src=3D"http:'), "not over https are ['http://pages"),
    ],
)
def test_b8_catches_pictures_that_are_mute_or_open(world: World, change: Callable[[bytes], bytes], words: str) -> None:
    fails("B8", spoiled(world, change), words)


def test_b8_catches_a_mail_that_is_all_picture(world: World) -> None:
    picture = (
        b'<html lang="en"><body><img src="https://pages.tidewater.example/all.jpg" alt="Everything"></body></html>'
    )

    def only(content: bytes) -> bytes:
        before, _, rest = content.partition(b"Content-Type: text/html; charset=utf-8\r\n")
        return before + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + picture + rest[rest.rindex(b"\r\n--") :]

    fails("B8", spoiled(world, only), "1 words" if CHROMIUM is None else "words")


def test_b9_catches_mail_that_does_not_say_that_it_is_automatic(world: World) -> None:
    fails("B9", spoiled(world, without("Auto-Submitted")), "22 mails are not marked")
    fails("B9", spoiled(world, swapped(b"OOF, AutoReply", b"OOF")), "22 mails are not marked")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (without("List-Unsubscribe-Post"), "List-Unsubscribe-Post is not"),
        (swapped(b"List-Unsubscribe: <https:", b"List-Unsubscribe: <http:"), "List-Unsubscribe holds '<http:"),
        (swapped(b"List-Unsubscribe: <", b"List-Unsubscribe: <https://o.example/>, <"), "List-Unsubscribe holds"),
        (swapped(b"list-unsubscribe-post", b"list-post"), "a signature leaves out"),
    ],
)
def test_c1_catches_headers_that_make_no_button(world: World, change: Callable[[bytes], bytes], words: str) -> None:
    fails("C1", spoiled(world, change), words)


def pages(method: str, *, forgers: bool = False, redirect: bool = False) -> Callable[[Press], FastAPI]:
    """Pages that unsubscribe by that method, whatever the token if ``forgers`` are let in."""

    def made(press: Press) -> FastAPI:
        app = FastAPI()

        def leave(token: str) -> Response:
            with suppress(NotFoundError):
                found = press.store.subscribers.get(*press.links.read(token, Purpose.UNSUBSCRIBE))
                gone = replace(found, state=SubscriptionState.UNSUBSCRIBED)
                press.store.subscribers.change(gone, 1, actor="test", now=press.clock())
                return Response(status_code=303, headers={"Location": "/"}) if redirect else Response("Gone")
            return Response(status_code=200 if forgers else 404)

        app.add_api_route("/unsubscribe/{token}", leave, methods=[method])
        return app

    return made


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (pages("GET"), "[(405, False, False), (405, False, False), (405, False, False)] and 0 changes"),
        (pages("POST", redirect=True), "three POSTs gave [(303, True, False)"),
        (pages("POST", forgers=True), "37 forged tokens were taken"),
    ],
)
def test_c1_catches_pages_that_do_not_take_one_click(
    world: World, made: Callable[[Press], FastAPI], words: str
) -> None:
    fails("C1", replace(world, pages=made), words)


def test_c2_catches_a_sender_that_asks_long_before_it_sends(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.deliver.batch.MOST_CLAIMED", 1000)
    monkeypatch.setattr("newsletter.deliver.batch.CLAIM_AHEAD", 1000.0)
    monkeypatch.setattr("newsletter.deliver.batch.BatchRun._take_back", lambda *_: None)  # and never again
    fails("C2", world, "who left while the issue went out is sent")


def test_c3_catches_pages_that_act_when_they_are_looked_at(world: World) -> None:
    link = world.first.unsubscribe.rpartition("/")[2]
    found = world.press.store.subscribers.get(*world.press.links.read(link, Purpose.UNSUBSCRIBE))
    active = replace(found, state=SubscriptionState.ACTIVE)
    world.press.store.subscribers.change(active, 1, actor="test", now=world.press.clock())
    fails("C3", replace(world, pages=pages("GET")), "somebody looked at the links")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (without("List-Id"), "List-Id is ['']"),
        (swapped(b"<tidewater.tidewater.example>", b"<2026-w47.tidewater.example>"), "in another issue"),
        (without("List-Archive"), "wrong or missing: list-archive"),
        (swapped(b"List-Post: NO", b"List-Post: <mailto:a@b.example>"), "wrong or missing: list-post"),
    ],
)
def test_c5_catches_lists_without_a_name(world: World, change: Callable[[bytes], bytes], words: str) -> None:
    fails("C5", spoiled(world, change), words)


@pytest.mark.parametrize(
    "change",
    [
        without("Feedback-ID"),
        swapped(b":weekly:", b":tidewater:"),
        swapped(b"Feedback-ID: 2026-W47:", b"Feedback-ID: "),
        swapped(b"feedback-id:feedback-id:", b""),
        lambda mail: mail.replace(b"Feedback-ID: 2026-W47", b"Feedback-ID: %d" % (len(mail) + mail.count(b"a"))),
    ],
)
def test_c6_catches_a_feedback_id_that_tells_nothing_or_too_much(
    world: World, change: Callable[[bytes], bytes]
) -> None:
    fails("C6", spoiled(world, change), "Feedback-ID is")


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_c7_catches_a_link_that_nobody_can_see(world: World) -> None:
    hidden = b'</head><style>a[href*=3D"/unsubscribe/"]{display:none!important}</style>'
    fails("C7", spoiled(world, swapped(b"</head>", hidden)), "Chromium shows 0 of 2")


def test_c7_catches_a_link_that_stands_in_one_part_only(world: World) -> None:
    def html_only(content: bytes) -> bytes:
        before, boundary, after = content.partition(b"Content-Type: text/html")
        return before.replace(b"/unsubscribe/", b"/u/") + boundary + after

    fails("C7", spoiled(world, html_only), "mails do not have their link in both parts")


def test_c10_catches_a_pixel_and_a_link_that_counts(world: World) -> None:
    pixel = b'<img src=3D"https://pages.tidewater.example/p.gif" width=3D"1" alt=3D""></body>'
    fails("C10", spoiled(world, swapped(b"</body>", pixel)), "22 pictures of one pixel")

    def counted(content: bytes) -> bytes:
        token = re.search(rb"List-Unsubscribe: <.*/(.*)>", content)
        assert token
        link = b'<a href=3D"https://pages.tidewater.example/c/%b">More</a></body>' % token[1]
        return content.replace(b"</body>", link)

    fails("C10", spoiled(world, counted), "links are personal that are not")
