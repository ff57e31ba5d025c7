"""Rows E1 to E3: what is an address, whose it is, and who may know."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi.testclient import TestClient

from bench.scorecard.row import Point, Row, check, remark
from bench.scorecard.trial import trial
from bench.scorecard.world import World
from newsletter.cli.people import person
from newsletter.errors import AddressError
from newsletter.model.suppression import SuppressionReason
from newsletter.moving.newcomer import Standing
from newsletter.moving.reading import open_list
from newsletter.web.app import create

_REFUSED = (
    "a..b@example.com", ".a@example.com", "a@exam_ple.com", '"a b"@example.com', "a@[192.0.2.1]", "a@example", "a b@example.com",
    "a@example.com\r\nBcc: b@example.com", "a@-example.com", "@example.com", "a@", "a@b@example.com", f"{'a' * 65}@example.com",
)  # fmt: skip
_NORMAL = {
    "Ann.Smith+News@EXAMPLE.com": "Ann.Smith+News@example.com",
    "ivan@xn--80a1acny.xn--p1ai": "ivan@почта.рф",
    "bu\u0308ro@example.com": "büro@example.com",
    "ann@STRASSE.example": "ann@strasse.example",
}
_NOT_FOUND = 404


def normal(_: World) -> Iterator[Point]:
    """E1."""
    taken = [address for address in _REFUSED if not _is_refused(address)]
    yield check(not taken, f"{len(_REFUSED)} malformed addresses are refused", f"taken for addresses: {taken}")
    odd = {
        address: person(address, "").email for address, wanted in _NORMAL.items() if person(address, "").email != wanted
    }
    yield check(
        not odd, "NFC, domain in small letters and IDNA 2008, local part and +tag kept", f"made of addresses: {odd}"
    )


def _is_refused(address: str) -> bool:
    try:
        person(address, "")
    except AddressError:
        return True
    return False


def own_tags(_: World) -> Iterator[Point]:
    """E2."""
    lines = ("ann@example.com", "ann+news@example.com", "a.nn@example.com", "ann@example.com", "ANN@EXAMPLE.COM")
    with TemporaryDirectory() as made, trial(["reader@example.com"]) as one:
        file = Path(made) / "people.csv"
        file.write_text("\n".join(["email", *lines, ""]), encoding="utf-8")
        letter = one.press.store.newsletters.all()[0]
        added = one.press.moving_in.carry(open_list(file), letter, usual=Standing.ACTIVE)
        kept = [found.subscriber.email for found in one.press.store.subscribers.of(1)][1:]
    yield check((added.new, added.known) == (3, 2) and sorted(kept) == sorted(lines[:3]), "tags and dots make another person, capitals do not",
                f"of {len(lines)} lines {added.new} were taken as people: {kept}")  # fmt: skip


def not_revealed(world: World) -> Iterator[Point]:
    """E3."""
    with (
        trial(["reader@example.com"]) as one,
        TestClient(create(one.press), base_url="https://news.example.org") as web,
    ):
        one.press.store.suppressions.add(
            "gone@example.com", SuppressionReason.BOUNCE, actor="scorecard", now=one.clock()
        )
        pages = set()
        for email in ("reader@example.com", "gone@example.com", "nobody@example.com"):
            told = web.post(f"/{one.newsletter.slug}/subscribe", data={"email": email})
            pages.add((told.status_code, told.text.replace(email, "")))
    yield check(len(pages) == 1, "signing up is answered alike for readers, suppressed and unknown addresses",
                f"signing up is answered in {len(pages)} ways for readers, suppressed and unknown addresses")  # fmt: skip
    newsletter = int(world.newsletter.id or 0)
    stranger = world.press.links.unsubscribe(999_999, newsletter)
    forged = stranger[:-8] + "AAAAAAAA"
    with world.browser() as browser:
        answers = [
            (browser.get(link).status_code, browser.post(link).status_code)
            for link in (stranger, forged, forged[:-20], forged[:-37])
        ]
    yield check(set(answers) == {(_NOT_FOUND, _NOT_FOUND)}, "a link of nobody's, a forged and a cut one are all not found",
                f"links of nobody's, forged and cut ones are answered {answers}")  # fmt: skip
    yield remark("nothing is looked up before the answer; a test compares the times")


ROWS = (
    Row(number="E1", requirement="Addresses are checked and made normal; local part and tag stay as they are",
        source="RFC 5321, 5891", tool="email-validator by `newsletter subscriber`", judge=normal),
    Row(number="E2", requirement="Tags and dots are the reader's own business", source="RFC 5233", tool="an import", judge=own_tags),
    Row(number="E3", requirement="Nobody learns from the pages who is subscribed", source="GDPR 5", tool="the form with three kinds of addresses; links that are forged or cut", judge=not_revealed),
)  # fmt: skip
