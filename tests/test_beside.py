"""Issues beside the newsletter's own: breaking news, and what a late feed brings."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from builders import article, provenance
from calendar_desk import FRIDAY, HOUR, MONDAY, CalendarDesk
from newsletter.deliver.memory import MemoryTransport
from newsletter.errors import NotFoundError
from newsletter.model.edit import Edit, EditKind
from newsletter.model.issue import Edition
from newsletter.model.subscriber import Frequency
from newsletter.store.store import Store


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[CalendarDesk]:
    with Store(f"sqlite:///{tmp_path / 'newsletter.db'}") as store:
        store.upgrade()
        made = CalendarDesk(store, tmp_path)
        made.begin(articles=0, readers=4)
        for hours, headline in enumerate(("Ferry fares rise again", "The quay wall has cracks", "Oysters win a prize")):
            made.add(headline, MONDAY - (hours + 1) * HOUR)
        yield made


def choose(desk: CalendarDesk, reader: int, often: Frequency) -> None:
    known = desk.store.subscribers.get(reader, 1)
    desk.store.subscribers.change(replace(known, frequency=often), 1, actor="reader", now=desk.clock.now)


def break_news(desk: CalendarDesk) -> MemoryTransport:
    issue = desk.press.desk.breaking(desk.store.newsletters.get("harbour"), [2])
    desk.press.desk.waive(int(issue.id or 0), (), reason="of no account here")
    desk.press.desk.approve(int(issue.id or 0))
    relay = MemoryTransport()
    desk.press.dispatch.send(int(issue.id or 0), relay)
    return relay


def test_breaking_news_goes_to_who_wants_everything_or_breaking_news_alone(desk: CalendarDesk) -> None:
    choose(desk, 2, Frequency.BREAKING)
    choose(desk, 3, Frequency.MONTHLY)
    relay = break_news(desk)
    assert [mail.recipient for mail in relay.mails] == ["r0@example.com", "r1@example.com", "r3@example.com"]
    (issue,) = desk.store.issues.all()
    assert (issue.edition, issue.slot) == (Edition.BREAKING, "2026-11-16T13:00")
    assert [item.article_id for section in issue.sections for item in section.items] == [2]


def test_the_next_issue_tells_it_to_all_others_and_to_nobody_twice(desk: CalendarDesk) -> None:
    choose(desk, 2, Frequency.BREAKING)
    break_news(desk)
    scheduler = desk.scheduler()
    scheduler.look()
    desk.approve()
    desk.clock.go_to(FRIDAY)
    scheduler.look()
    relay = MemoryTransport()
    regular = desk.issue("2026-W47")
    assert 2 in [item.article_id for section in regular.sections for item in section.items]
    desk.press.dispatch.send(int(regular.id or 0), relay)
    assert [mail.recipient for mail in relay.mails] == ["r0@example.com", "r2@example.com", "r3@example.com"]
    assert all(b"quay wall" not in mail.content for mail in relay.mails), "they have had it"


def test_an_editor_may_word_it_and_it_stays_what_it_is(desk: CalendarDesk) -> None:
    issue = desk.press.desk.breaking(desk.store.newsletters.get("harbour"), [2])
    edited = desk.press.desk.edit(
        int(issue.id or 0), Edit(kind=EditKind.HEADLINE, target="a2", value="The quay is closed")
    )
    assert edited.edition is Edition.BREAKING
    assert [item.headline for section in edited.sections for item in section.items] == ["The quay is closed"]


def test_an_article_that_is_not_there_is_named(desk: CalendarDesk) -> None:
    with pytest.raises(NotFoundError, match="no article 99"):
        desk.press.desk.breaking(desk.store.newsletters.get("harbour"), [99])


def test_what_a_feed_brings_after_the_close_is_news_of_the_next_issue(desk: CalendarDesk) -> None:
    """Published before the issue closed, fetched after it: it would fall between the two."""
    scheduler = desk.scheduler()
    scheduler.look()
    desk.approve()
    desk.clock.go_to(FRIDAY)
    scheduler.look()
    late = article(
        "A boat with bricks ran aground", published=FRIDAY - HOUR, url="https://review.example/aground",
        provenance=provenance(fetched_at=FRIDAY + HOUR),
    )  # fmt: skip
    desk.store.articles.add(late, now=FRIDAY + HOUR)
    desk.clock.go_to(FRIDAY + timedelta(days=1))
    scheduler.look()
    (section, *_) = desk.issue("2026-W48").sections
    assert section.items[0].headline == "A boat with bricks ran aground"
