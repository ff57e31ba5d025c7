"""No reader gets a story twice, whatever newsletters they read and whenever these go out."""

import quopri
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import NOW, newsletter, subscriber
from compose.harbour import FARES, LIBRARY, MEALS, SEA_WALL, SEALS, STRIKE
from newsletter.deliver.memory import MemoryTransport
from newsletter.errors import NewsletterError
from newsletter.model.delivery import Receipt, Verdict
from newsletter.model.edit import Edit, EditKind
from newsletter.model.issue import SectionKind
from newsletter.model.slot import Slot
from newsletter.model.subscriber import Subscription
from newsletter.pipeline import Press
from newsletter.render.links import Links
from newsletter.store.store import Store

STORIES = (FARES, LIBRARY, SEALS, STRIKE, MEALS, SEA_WALL)
LETTERS = ("harbour", "town", "month")
READERS = tuple(f"r{n}@example.com" for n in range(4))
SLOTS = ("2026-W47", "2026-W48")

_READS = st.dictionaries(
    st.tuples(st.sampled_from(LETTERS), st.sampled_from(READERS)),
    st.frozensets(st.sampled_from([SectionKind.STORIES, SectionKind.OTHER_NEWS])),
    min_size=3,
)
_STEPS = st.lists(
    st.tuples(
        st.sampled_from(LETTERS),
        st.sampled_from(SLOTS),
        st.sets(st.integers(1, len(STORIES)), max_size=3),
        st.sets(st.sampled_from(READERS), max_size=1),
    ),
    min_size=2,
    max_size=5,
)


def _urls(content: bytes) -> set[str]:
    """The stories that a mail links to."""
    parts = [part for part in message_from_bytes(content).walk() if part.get_content_type() == "text/plain"]
    text = quopri.decodestring(parts[0].get_payload(decode=False).encode()).decode()  # type: ignore[union-attr]
    return {story.url or "" for story in STORIES if (story.url or "") in text}


@settings(max_examples=12)
@given(_READS, _STEPS)
def test_no_reader_gets_a_story_twice_however_the_newsletters_come(
    reads: dict[tuple[str, str], frozenset[SectionKind]],
    steps: list[tuple[str, str, set[int], set[str]]],
) -> None:
    with TemporaryDirectory() as folder, Store(f"sqlite:///{folder}/n.db") as store:
        store.upgrade()
        links = Links("https://news.example.org", "a-secret-of-more-than-thirty-two-letters")
        press = Press(
            store=store, links=links, media=Path(folder), actor="tester", journals=Path(folder), clock=lambda: NOW
        )
        for letter in LETTERS:
            saved = store.newsletters.save(newsletter(letter))
            people = [
                Subscription(subscriber=subscriber(reader), newsletter="", skips=skips)
                for (read, reader), skips in reads.items()
                if read == letter
            ]
            store.subscribers.add(saved.id or 0, people, now=NOW)
        for story in STORIES:
            store.articles.add(replace(story, published=None), now=NOW)
        got: dict[str, Counter[str]] = {reader: Counter() for reader in READERS}
        for letter, slot, dropped, refused in steps:
            relay = MemoryTransport(dict.fromkeys(refused, Receipt(verdict=Verdict.REFUSED, code=550, text="no")))
            _print(press, letter, slot, dropped, relay)
            for mail in relay.mails:
                if mail.recipient not in refused:
                    got[mail.recipient].update(_urls(mail.content))
        assert {reader: urls for reader, urls in got.items() if any(count > 1 for count in urls.values())} == {}


def _print(press: Press, letter: str, slot: str, dropped: set[int], relay: MemoryTransport) -> None:
    """Compose, edit and send one slot of a newsletter; what cannot be sent is not."""
    day = datetime(2026, 11, 19 if slot.endswith("47") else 26, 12, tzinfo=UTC)
    at = replace(press, clock=lambda: day)
    try:
        issue = at.desk.compose(press.store.newsletters.get(letter), Slot(slot, "Europe/Berlin"))
        drops = [Edit(kind=EditKind.DROP, target=f"a{number}", value="") for number in dropped]
        at.desk.edit(issue.id or 0, *drops)
        at.desk.approve(issue.id or 0)
        at.dispatch.send(issue.id or 0, relay)
    except NewsletterError:
        return
