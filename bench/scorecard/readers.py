"""Rows C7 to C10: what readers see, and what the law gives them."""

import re
from collections.abc import Iterator
from dataclasses import replace

from typer.main import get_command

from bench.scorecard.reading import Reading
from bench.scorecard.receiver import receiver
from bench.scorecard.row import Point, Row, check, left_open, remark
from bench.scorecard.tools import look
from bench.scorecard.trial import Trial, next_issue, trial
from bench.scorecard.world import World
from builders import subscriber
from newsletter.cli.root import app
from newsletter.errors import NewsletterError
from newsletter.model.consent import Consent, ConsentKind
from newsletter.model.subscriber import Subscription, SubscriptionState

#: CSS pixels: letters of a link that can be read, and a link that can be hit.
_LETTERS, _WIDE = 12.0, 40.0
#: To leave, and to choose.
_OWN_LINKS = 2


def way_out(world: World) -> Iterator[Point]:
    """C7."""
    lacking = [
        reading
        for reading in world.readings
        if not reading.unsubscribe or reading.unsubscribe not in reading.text_links & reading.html_links
    ]
    yield check(
        not lacking, "in both parts of every mail", f"{len(lacking)} mails do not have their link in both parts"
    )
    if (seen := look(world.first.html)) is None:
        yield left_open("chromium is not installed")
    else:
        good = [one for one in seen.exits if one[0] and one[1] >= _WIDE and one[2] > 0 and one[3] >= _LETTERS]
        shown = [f"{text!r} of {width:.0f} x {height:.0f} px" for text, width, height, _ in good[:1]]
        yield check(seen.exits and len(good) == len(seen.exits), f"Chromium shows {''.join(shown)}",
                    f"Chromium shows {len(good)} of {len(seen.exits)} links to unsubscribe so that they can be read and hit")  # fmt: skip
    if "mailto:" in world.first.one("list-unsubscribe"):
        yield left_open("a mailto is offered, and nothing here takes its mail")
    else:
        yield remark("no mailto is offered beside it, so nothing has to take its mail")


def never_again(_: World) -> Iterator[Point]:
    """C8."""
    left, gone, other = "left@example.com", "gone@example.com", "reader@example.com"
    with trial([left, gone, other]) as one, receiver(at_rcpt={gone: ["550 5.1.1 No such user"]}) as book:
        _unsubscribe(one, 1)
        one.send(book.port)
        again = [Subscription(subscriber=subscriber(reader), newsletter="") for reader in (left, gone)]
        one.press.store.subscribers.add(1, again, now=one.clock())
        next_issue(one).send(book.port)
    asked = [reader for reader, _ in book.asked]
    yield check(left not in asked and asked.count(other) == 2, "who unsubscribed stays so after an import",  # noqa: PLR2004 - issues
                "an import brought back somebody who had unsubscribed")  # fmt: skip
    yield check(asked.count(gone) == 1, "an address that is refused for good (550 5.1.1) is not mailed again",
                f"an address that was refused for good (550 5.1.1) is mailed again: asked for {asked.count(gone)} times")  # fmt: skip
    with trial([left, other]) as one:
        one.press.store.erasure.erase(1, actor="scorecard", now=one.clock())
        kept = left.encode() in _dump(one)
        again = [Subscription(subscriber=subscriber(left), newsletter="")]
        back = one.press.store.subscribers.add(1, again, now=one.clock())
    yield check((back.new, back.suppressed, kept) == (0, 1, False), "who was erased is in no dump, and no import brings them back",
                f"after erasure an import adds {back.new} of them; the address is {'still' if kept else 'not'} in a dump")  # fmt: skip


def _dump(one: Trial) -> bytes:
    connection = one.press.store.engine.raw_connection()
    try:
        return "\n".join(connection.driver_connection.iterdump()).encode()  # type: ignore[union-attr]  # SQLite's
    finally:
        connection.close()


def _unsubscribe(one: Trial, person: int) -> None:
    found = one.press.store.subscribers.get(person, 1)
    left = replace(found, state=SubscriptionState.UNSUBSCRIBED)
    one.press.store.subscribers.change(left, 1, actor="scorecard", now=one.clock())


def lawful(world: World) -> Iterator[Point]:
    """C9."""
    try:
        with trial(["reader@example.com"], letter={"postal_address": " "}):
            refused = ""
    except NewsletterError as error:
        refused = str(error)
    yield check(
        "postal address" in refused,
        "without a postal address nothing is approved",
        "an issue without a postal address is approved",
    )
    printed = [
        reading for reading in world.readings if _squeezed(world.newsletter.postal_address) in _squeezed(reading.text)
    ]
    yield check(len(printed) == len(world.readings), "it stands in every mail",
                f"it is missing in {len(world.readings) - len(printed)} mails")  # fmt: skip
    with trial(["reader@example.com"]) as one:
        said = Consent(
            kind=ConsentKind.CONFIRMED,
            at=one.clock(),
            wording="I want it.",
            page="https://news.example.org",
            network="192.0.2.0/24",
        )
        new = Subscription(subscriber=subscriber("new@example.com"), newsletter=one.newsletter.slug)
        one.press.store.subscribers.join(new, 1, now=one.clock(), evidence=[said])
        known = one.press.store.erasure.everything(2, actor="scorecard", now=one.clock())
    yield check(
        [consent["wording"] for consent in known["consents"]] == ["I want it."],
        "the evidence of consent is kept, and comes with all else that is known of a person",
        "no evidence of consent is told with what is known of a person (when, from where, to which words)",
    )
    lacking = [name for name in ("data", "erase") if not _commands(name)]
    yield check(
        not lacking, "a person can be exported and erased", f"newsletter subscriber has no {' and no '.join(lacking)}"
    )


def _commands(name: str) -> bool:
    """Whether `newsletter subscriber` can do that."""
    nouns = getattr(get_command(app), "commands", {})
    return name in getattr(nouns["subscriber"], "commands", {})


def _squeezed(text: str) -> str:
    return "".join(text.split())


def not_watched(world: World) -> Iterator[Point]:
    """C10."""
    watched = [
        image
        for reading in world.readings
        for image in reading.images
        if image.get("width") in ("0", "1") or image.get("height") in ("0", "1")
    ]
    pictures = {frozenset(image.get("src", "") for image in reading.images) for reading in world.readings}
    shared = max(pictures, key=len)
    yield check(not watched and all(found <= shared for found in pictures), "no pixel; every reader is shown the same pictures",
                f"{len(watched)} pictures of one pixel, and {len(frozenset().union(*pictures)) - len(shared)} of single readers")  # fmt: skip
    own = [_own(reading) for reading in world.readings]
    wrong = [
        links
        for links in own
        if len(links) > _OWN_LINKS or any("/unsubscribe/" not in link and "/preferences/" not in link for link in links)
    ]
    everybody = len(world.first.html_links) - len(own[0])
    yield check(not wrong and everybody > 0, f"of {len(world.first.html_links)} links two are a reader's own, {everybody} lead straight to their place",
                f"in {len(wrong)} mails links are personal that are not for leaving or choosing")  # fmt: skip


def _own(reading: Reading) -> set[str]:
    """The links that hold something of this reader: a token of ours, their address or Message-ID."""
    token = reading.unsubscribe.rpartition("/")[2]
    marks = [
        mark
        for mark in (token, reading.mail.recipients[0], reading.one("message-id").strip("<>").partition("@")[0])
        if mark
    ]
    long = re.compile(r"[A-Za-z0-9_-]{38}")
    return {link for link in reading.html_links if long.search(link) or any(mark in link for mark in marks)}


ROWS = (
    Row(number="C7", requirement="A visible link to leave in both parts; a mailto works where one is offered",
        source="Gmail; RFC 2369, 3.2", tool="Chromium", judge=way_out),
    Row(number="C8", requirement="Who left or does not exist is never mailed again, whatever is imported or erased",
        source="CAN-SPAM; GDPR 21", tool="two issues and an import, aiosmtpd", judge=never_again),
    Row(number="C9", requirement="A postal address in every mail, evidence of consent, export and erasure of a person",
        source="CAN-SPAM; CASL; GDPR 7(1), 15, 17, 20", tool="approval, email.parser, the commands", judge=lawful),
    Row(number="C10", requirement="Nobody is watched: no pixel, no link that counts",
        source="Apple Mail privacy; ePrivacy", tool="lxml on every mail", judge=not_watched),
)  # fmt: skip
