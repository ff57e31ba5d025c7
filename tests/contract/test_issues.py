from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from builders import NOW, image, issue, item, newsletter
from newsletter.errors import IssueStateError, NotFoundError
from newsletter.model.issue import Also, Edition, IssueState, LeftOut, Paragraph, Section, SectionKind
from newsletter.model.slot import Slot
from newsletter.store.engine import writing
from newsletter.store.store import Store
from newsletter.store.tables import issue as table


@pytest.fixture
def letter(store: Store) -> int:
    return store.newsletters.save(newsletter()).id or 0


def test_an_issue_comes_back_exactly_as_it_was_composed(store: Store, letter: int) -> None:
    lead = item(
        paragraphs=(Paragraph(text="One."), Paragraph(text="“Two.”", quotation=True, speaker="Ines Vold")),
        image=image(), also=(Also(headline="Elsewhere", outlet="Coast Post", url="https://post.example/a", line="Same."),),
        evidence=("One.",), why="2 sources +0.88",
    )  # fmt: skip
    bullets = Section(
        kind=SectionKind.OTHER_NEWS, heading="Other news", items=(item(None, "First."), item(None, "Second."))
    )
    composed = issue(
        Section(kind=SectionKind.LEAD, items=(lead,)), bullets,
        left_out=(LeftOut(article_id=None, headline="Left", reason="no room"),), composed_at=NOW,
    )  # fmt: skip
    saved = store.issues.save_draft(letter, composed, actor="t", now=NOW)
    assert store.issues.get(saved.id or 0) == saved == replace(composed, id=saved.id)
    assert store.issues.of_slot("harbour", composed.slot) == saved


def test_numbers_count_the_newsletters_issues_and_stay_with_the_slot(store: Store, letter: int) -> None:
    slots = ("2026-W45", "2026-W46", "2026-W45")
    numbers = [store.issues.save_draft(letter, issue(slot=slot), actor="t", now=NOW).number for slot in slots]
    assert numbers == [1, 2, 1]
    assert [store.issues.number_for(letter, slot) for slot in ("2026-W45", "2026-W47")] == [1, 3]


def test_a_new_draft_takes_the_old_ones_place_and_voids_its_approval(store: Store, letter: int) -> None:
    store.issues.save_draft(letter, issue(), actor="t", now=NOW)
    store.issues.approve(1, "0" * 64, actor="ann", now=NOW)
    store.issues.save_draft(letter, issue(subject="Another"), actor="t", now=NOW)
    found = store.issues.get(1)
    assert (found.subject, found.state, found.sha256) == ("Another", IssueState.DRAFT, None)
    trail = [(entry.actor, entry.action) for entry in store.audit.of("issue 1")]
    assert trail == [("t", "issue.composed"), ("ann", "issue.approved"), ("t", "issue.composed")]


@pytest.mark.parametrize("step", ["resume", "cancel", "pause"])
def test_a_draft_cannot_skip_its_approval(store: Store, letter: int, step: str) -> None:
    store.issues.save_draft(letter, issue(), actor="t", now=NOW)
    words = ("because",) if step == "pause" else ()
    with pytest.raises(IssueStateError, match="is draft"):
        getattr(store.issues, step)(1, *words, actor="t", now=NOW)


def test_a_draft_is_not_finished(store: Store, letter: int) -> None:
    store.issues.save_draft(letter, issue(), actor="t", now=NOW)
    assert not store.issues.finish(1, actor="t", now=NOW)
    assert store.issues.get(1).state is IssueState.DRAFT


def test_what_readers_have_seen_lately_are_the_headlines_of_the_issues_before(store: Store, letter: int) -> None:
    for week in (43, 44, 45, 46):
        lead = Section(kind=SectionKind.LEAD, items=(item(f"Week {week}"),))
        store.issues.save_draft(letter, issue(lead, slot=f"2026-W{week}"), actor="t", now=NOW)
    assert store.issues.past(letter, Slot("2026-W46", "UTC"), issues=2).headlines == ("Week 45", "Week 44")


def test_an_issue_that_is_not_there_is_not_found(store: Store) -> None:
    with pytest.raises(NotFoundError, match="issue list"):
        store.issues.get(7)


def test_what_went_out_is_found_by_the_instant_at_which_it_began(store: Store, letter: int) -> None:
    hour = timedelta(hours=1)
    berlin = ZoneInfo("Europe/Berlin")
    kinds = (Edition.REGULAR, Edition.BREAKING, Edition.WEEKLY, Edition.MONTHLY, Edition.REGULAR)
    for number, edition in enumerate(kinds):
        saved = store.issues.save_draft(letter, issue(slot=f"2026-W{40 + number}", edition=edition), actor="t", now=NOW)
        _sent(store, saved.id or 0, NOW + number * hour)
    store.issues.save_draft(letter, issue(slot="2026-W50"), actor="t", now=NOW)

    def found(starts: datetime, ends: datetime) -> list[int | None]:
        return [one.id for one in store.issues.went_out(letter, starts, ends)]

    assert found(NOW, NOW + 5 * hour) == [1, 2, 5]
    assert found(NOW.astimezone(berlin), (NOW + hour).astimezone(berlin)) == [1]
    assert found(NOW + hour / 2, NOW + 4 * hour) == [2]
    other = store.newsletters.save(newsletter("town")).id or 0
    assert store.issues.went_out(other, NOW, NOW + 5 * hour) == []


def test_the_last_correction_stands_for_what_went_out_and_what_was_stopped_for_nothing(
    store: Store, letter: int
) -> None:
    for slot, corrects in (("2026-W40", None), ("2026-W40.1", 1), ("2026-W40.2", 2), ("2026-W41", None)):
        saved = store.issues.save_draft(letter, issue(slot=slot, corrects=corrects), actor="t", now=NOW)
        _sent(store, saved.id or 0, NOW + (timedelta(days=9) if corrects else timedelta()))
    later = NOW + timedelta(days=1)
    assert [one.id for one in store.issues.went_out(letter, NOW, later)] == [3, 4]
    assert store.issues.went_out(letter, later, NOW + timedelta(days=30)) == []
    _sent(store, 4, NOW, state=IssueState.CANCELLED)
    assert [one.id for one in store.issues.went_out(letter, NOW, later)] == [3]


def _sent(store: Store, issue_id: int, at: datetime, state: IssueState = IssueState.FINISHED) -> None:
    with writing(store.engine) as connection:
        connection.execute(sa.update(table).where(table.c.id == issue_id).values(frozen_at=at, state=state))
