"""Rows B6 to B9: what the reader's program makes of the message."""

import quopri
from collections.abc import Iterator

from bench.scorecard.reading import Reading
from bench.scorecard.row import Point, Row, check, left_open
from bench.scorecard.tools import look, spam
from bench.scorecard.world import World
from newsletter.render.checks.finding import Level
from newsletter.render.checks.weight import weight
from newsletter.render.compiled import Compiled

_CLIPPED, _WARNED = 102_400, 80_000
#: So many words should be there where no picture is shown.
_ENOUGH_WORDS = 100


def alternatives(world: World) -> Iterator[Point]:
    """B6."""
    wrong = {fault for reading in world.readings for fault in _unlike(reading)}
    issue = world.press.store.issues.get(world.issue_id)
    headlines = [item.headline for section in issue.sections for item in section.items if item.headline]
    told = [*headlines, world.newsletter.postal_address, world.newsletter.organisation]
    lacking = [
        f"{line[:40]!r} is not in the {kind}"
        for line in told
        for kind, body in _bodies(world.first)
        if _plain(line) not in body
    ]
    yield check(not wrong and not lacking,
                f"text/plain first; {len(headlines)} headlines, {len(world.first.html_links)} links and the footer are in both parts",
                "; ".join([*sorted(wrong), *lacking][:3]))  # fmt: skip


def _unlike(reading: Reading) -> Iterator[str]:
    kinds = [part.get_content_type() for part in reading.message.walk()]
    if kinds != ["multipart/alternative", "text/plain", "text/html"]:
        yield f"the parts are {', '.join(kinds)}"
        return
    if odd := reading.html_links ^ reading.text_links:
        yield f"{len(odd)} links stand in one part only"
    if not reading.html_links:
        yield "there are no links"
    if any(part.defects for part in reading.message.walk()):
        yield "the parser finds defects"


def _bodies(reading: Reading) -> Iterator[tuple[str, str]]:
    yield "text", _plain(reading.text)
    yield "HTML", _plain(" ".join(reading.tree.itertext()))


def _plain(text: str) -> str:
    """The letters and digits: lines are broken and headings set in capitals as each part likes it."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def small_enough(world: World) -> Iterator[Point]:
    """B7."""
    sizes = [
        max(len(reading.html.encode()), len(quopri.encodestring(reading.html.encode()))) for reading in world.readings
    ]
    yield check(
        max(sizes) <= _CLIPPED,
        f"the largest HTML has {max(sizes):,} of {_CLIPPED:,} octets",
        f"an HTML part has {max(sizes):,} octets",
    )

    def level(size: int) -> Level | None:
        found = list(weight(Compiled(subject="", text="", html="x" * size)))
        return found[0].level if found else None

    # Encoded it is longer than decoded, here by the soft line breaks: two octets in 75.
    levels = level(_WARNED), level(_WARNED + 1), level(_CLIPPED + 1)
    yield check(levels == (None, Level.WARNING, Level.ERROR), f"the checks warn above {_WARNED:,} and refuse above {_CLIPPED:,}",
                f"at {_WARNED:,}, one more, and above {_CLIPPED:,} octets the checks say {levels}")  # fmt: skip


def pictures(world: World) -> Iterator[Point]:
    """B8."""
    images = [image for reading in world.readings for image in reading.images]
    odd = sorted({image.get("src", "")[:40] for image in images if not image.get("src", "").startswith("https://")})
    mute = sum(not image.get("alt", "").strip() for image in images)
    yield check(images and not odd and not mute, f"{len(images)} pictures in {len(world.readings)} mails, each over https and described",
                f"of {len(images)} pictures {mute} have no description, and not over https are {odd}")  # fmt: skip
    if (seen := look(world.first.html)) is None:
        yield left_open("chromium is not installed")
    else:
        yield check(seen.words >= _ENOUGH_WORDS and not seen.axe,
                    f"Chromium without pictures: {seen.words} words, nothing for axe-core to find",
                    f"Chromium without pictures: {seen.words} words; axe-core: {'; '.join(seen.axe)[:200] or 'nothing'}")  # fmt: skip
    if (score := spam(world, world.first.mail.content)) is None:
        yield left_open("spamd is not installed")
    else:
        met = [rule.name for rule in score.rules if rule.name.startswith("HTML_IMAGE")]
        yield check(
            not met, f"SpamAssassin {score.score:g}, no rule of pictures", f"SpamAssassin says {', '.join(met)}"
        )


def automatic(world: World) -> Iterator[Point]:
    """B9."""
    marked = [reading for reading in world.readings
              if reading.one("auto-submitted") == "auto-generated"
              and {word.strip() for word in reading.one("x-auto-response-suppress").split(",")} == {"OOF", "AutoReply"}]  # fmt: skip
    yield check(len(marked) == len(world.readings), "Auto-Submitted: auto-generated; X-Auto-Response-Suppress: OOF, AutoReply",
                f"{len(world.readings) - len(marked)} mails are not marked as automatic")  # fmt: skip


ROWS = (
    Row(number="B6", requirement="multipart/alternative, text first, both parts say the same",
        source="RFC 2046, 5.1.4", tool="email.parser and lxml", judge=alternatives),
    Row(number="B7", requirement="HTML below 102,400 octets, where Gmail clips; a warning above 80,000",
        source="Gmail", tool="octets that aiosmtpd got; the checks before approval", judge=small_enough),
    Row(number="B8", requirement="Pictures over https and described, and never all there is",
        source="spam filters; WCAG 2.2, 1.1.1", tool="Chromium with axe-core, SpamAssassin", judge=pictures),
    Row(number="B9", requirement="Automatic mail says so, and asks for no automatic answers",
        source="RFC 3834, 5; Exchange", tool="email.parser", judge=automatic),
)  # fmt: skip
