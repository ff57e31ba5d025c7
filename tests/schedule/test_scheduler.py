"""What happens at a slot: the policy of the newsletter, and what goes wrong."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from builders import newsletter
from calendar_desk import FRIDAY, HOUR, MONDAY, CalendarDesk
from newsletter.errors import NewsletterError
from newsletter.model.cadence import Break, Cadence, Every, Policy
from newsletter.model.edit import Edit, EditKind
from newsletter.model.issue import Edition, IssueState
from newsletter.model.planned import Cause, SlotState
from newsletter.model.subscriber import Frequency
from newsletter.store.store import Store


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> CalendarDesk:
    return CalendarDesk(store, tmp_path)


def edit(desk: CalendarDesk, headline: str) -> None:
    issue = desk.issue()
    key = issue.sections[0].items[0].key
    desk.press.desk.edit(int(issue.id or 0), Edit(kind=EditKind.HEADLINE, target=key, value=headline))


def test_a_draft_is_there_without_anybody_asking(desk: CalendarDesk) -> None:
    desk.begin()
    desk.scheduler().look()
    assert desk.issue().state is IssueState.DRAFT
    assert (desk.slot().state, desk.slot().due, desk.slot().issue_id) == (SlotState.OPEN, FRIDAY, desk.issue().id)


def test_an_approved_issue_leaves_at_its_slot_and_not_before(desk: CalendarDesk) -> None:
    desk.begin()
    scheduler = desk.scheduler()
    scheduler.look()
    desk.approve()
    desk.clock.go_to(FRIDAY - timedelta(seconds=1))
    scheduler.look()
    assert desk.issue().state is IssueState.APPROVED
    desk.clock.go_to(FRIDAY)
    scheduler.look()
    assert (desk.issue().state, desk.slot().state) == (IssueState.SENDING, SlotState.SENT)
    assert desk.deliver() == 3


def test_looking_again_and_again_sends_nothing_again(desk: CalendarDesk) -> None:
    desk.begin()
    scheduler = desk.scheduler()
    scheduler.look()
    desk.approve()
    desk.clock.go_to(FRIDAY)
    for _ in range(5):
        scheduler.look()
        desk.deliver()
        desk.clock.go_to(desk.clock.now + timedelta(minutes=1))
    assert desk.deliver() == 0
    assert [issue.slot for issue in desk.store.issues.all() if issue.frozen_at] == ["2026-W47"]


def test_what_nobody_approved_is_held_and_leaves_once_it_is(desk: CalendarDesk) -> None:
    desk.begin()
    scheduler = desk.scheduler()
    scheduler.look()
    desk.clock.go_to(FRIDAY)
    scheduler.look()
    assert (desk.slot().state, desk.slot().cause) == (SlotState.HELD, Cause.UNAPPROVED)
    desk.approve()
    desk.clock.go_to(FRIDAY + HOUR)
    scheduler.look()
    assert desk.slot().state is SlotState.SENT


def test_an_approval_after_the_time_of_grace_sends_nothing_by_itself(desk: CalendarDesk) -> None:
    desk.begin()
    scheduler = desk.scheduler()
    scheduler.look()
    desk.clock.go_to(FRIDAY)
    scheduler.look()
    desk.clock.go_to(FRIDAY + 7 * HOUR)
    desk.approve()
    scheduler.look()
    assert (desk.slot().state, desk.issue().state) == (SlotState.HELD, IssueState.APPROVED)
    newsletter = desk.store.newsletters.get("harbour")
    scheduler.run_now(newsletter, desk.slot())
    assert (desk.slot().state, desk.issue().state) == (SlotState.SENT, IssueState.SENDING)


def test_skip_lets_the_slot_pass_and_its_news_go_into_the_next_issue(desk: CalendarDesk) -> None:
    desk.begin(Cadence(every=Every.WEEK, on=("friday",), at=("16:00",), policy=Policy.SKIP))
    scheduler = desk.scheduler()
    scheduler.look()
    desk.clock.go_to(FRIDAY)
    scheduler.look()
    assert (desk.slot().state, desk.slot().why) == (SlotState.SKIPPED, "Nobody approved it in time.")
    desk.clock.go_to(FRIDAY + timedelta(days=1))
    scheduler.look()
    printed = {item.headline for section in desk.issue("2026-W48").sections for item in section.items}
    assert any("Story number" in str(headline) for headline in printed)


def test_auto_sends_what_passes_every_check(desk: CalendarDesk) -> None:
    desk.begin(Cadence(every=Every.WEEK, on=("friday",), at=("16:00",), policy=Policy.AUTO))
    scheduler = desk.scheduler()
    scheduler.look()
    desk.press.desk.waive(1, (), reason="of no account here")
    desk.clock.go_to(FRIDAY)
    scheduler.look()
    assert desk.slot().state is SlotState.SENT, desk.slot().why
    approved = next(entry for entry in desk.store.audit.of("issue 1") if entry.action == "issue.approved")
    assert approved.actor == "the newsletter's policy"


def test_auto_holds_what_does_not_and_says_what_is_wrong(desk: CalendarDesk) -> None:
    desk.begin(Cadence(every=Every.WEEK, on=("friday",), at=("16:00",), policy=Policy.AUTO), postal_address="")
    scheduler = desk.scheduler()
    scheduler.look()
    desk.clock.go_to(FRIDAY)
    scheduler.look()
    assert (desk.slot().state, desk.slot().cause) == (SlotState.HELD, Cause.CHECKS)
    assert "the first:" in desk.slot().why


def test_auto_with_nothing_to_tell_sends_nothing(desk: CalendarDesk) -> None:
    desk.begin(Cadence(every=Every.WEEK, on=("friday",), at=("16:00",), policy=Policy.AUTO), articles=0)
    scheduler = desk.scheduler()
    scheduler.look()
    desk.clock.go_to(FRIDAY)
    scheduler.look()
    assert desk.slot().state is SlotState.SKIPPED
    assert desk.slot().why.startswith("There is nothing to send.")


def test_the_approved_skeleton_goes_as_it_was_approved_without_what_was_changed_since(desk: CalendarDesk) -> None:
    desk.begin(Cadence(every=Every.WEEK, on=("friday",), at=("16:00",), policy=Policy.SKELETON))
    scheduler = desk.scheduler()
    scheduler.look()
    edit(desk, "The headline that two people have read")
    approved = desk.approve()
    edit(desk, "A headline of the last minute")
    assert desk.issue().state is IssueState.DRAFT, "an edit voids the approval"
    desk.clock.go_to(FRIDAY)
    scheduler.look()
    assert desk.slot().state is SlotState.SENT, desk.slot().why
    assert desk.issue().sha256 == approved.sha256
    assert desk.issue().sections[0].items[0].headline == "The headline that two people have read"


def test_without_an_approved_skeleton_the_slot_is_held(desk: CalendarDesk) -> None:
    desk.begin(Cadence(every=Every.WEEK, on=("friday",), at=("16:00",), policy=Policy.SKELETON))
    scheduler = desk.scheduler()
    scheduler.look()
    desk.clock.go_to(FRIDAY)
    scheduler.look()
    assert (desk.slot().state, desk.slot().cause) == (SlotState.HELD, Cause.UNAPPROVED)


def test_two_people_have_to_approve_the_very_same(desk: CalendarDesk) -> None:
    desk.begin(Cadence(every=Every.WEEK, on=("friday",), at=("16:00",), approvals=2))
    scheduler = desk.scheduler()
    scheduler.look()
    assert desk.approve("ada").state is IssueState.DRAFT
    assert desk.approve("ada").state is IssueState.DRAFT, "the same person twice is one person"
    edit(desk, "A better headline")
    assert desk.approve("grace").state is IssueState.DRAFT, "ada has not seen this one"
    assert desk.approve("ada").state is IssueState.APPROVED
    assert desk.press.desk.approvers(1) == ["ada", "grace"]


def test_articles_that_come_in_after_the_deadline_are_news_of_the_next_issue(desk: CalendarDesk) -> None:
    desk.begin(Cadence(every=Every.WEEK, on=("friday",), at=("16:00",), deadline_hours=4))
    scheduler = desk.scheduler()
    scheduler.look()
    desk.add("A late boat and its cargo of bricks", FRIDAY - 2 * HOUR)
    desk.clock.go_to(FRIDAY - HOUR)
    scheduler.look()
    told = str(desk.issue())
    assert "Story number 0" in told
    assert "cargo of bricks" not in told
    desk.approve()
    desk.clock.go_to(FRIDAY)
    scheduler.look()
    scheduler.look()
    assert "cargo of bricks" in str(desk.issue("2026-W48"))


def test_a_break_in_the_calendar_is_kept_with_its_reason(desk: CalendarDesk) -> None:
    away = Break(first=date(2026, 11, 20), last=date(2026, 11, 20), why="company outing")
    desk.begin(Cadence(every=Every.WEEK, on=("friday",), at=("16:00",), breaks=(away,)))
    scheduler = desk.scheduler()
    scheduler.look()
    assert (desk.slot().state, desk.slot().why) == (SlotState.SKIPPED, "company outing")
    desk.clock.go_to(FRIDAY + HOUR)
    scheduler.look()
    assert [issue.slot for issue in desk.store.issues.all()] == ["2026-W48"]


def test_a_slot_that_is_moved_leaves_at_its_new_time_alone(desk: CalendarDesk) -> None:
    desk.begin()
    scheduler = desk.scheduler()
    scheduler.look()
    desk.approve()
    desk.change(on=("thursday",))
    desk.clock.go_to(MONDAY + HOUR)
    scheduler.look()
    thursday = FRIDAY - timedelta(days=1)
    assert (desk.slot().due, desk.slot().state) == (thursday, SlotState.OPEN)
    desk.clock.go_to(thursday)
    scheduler.look()
    desk.clock.go_to(FRIDAY)
    scheduler.look()
    assert [issue.slot for issue in desk.store.issues.all() if issue.frozen_at] == ["2026-W47"]


def test_a_cadence_that_is_taken_away_leaves_no_slot_behind(desk: CalendarDesk) -> None:
    desk.begin()
    scheduler = desk.scheduler()
    scheduler.look()
    desk.change(every=Every.DAY, on=())
    desk.clock.go_to(MONDAY + HOUR)
    scheduler.look()
    assert [slot.key for slot in desk.store.slots.pending(1) if slot.edition == "regular"] == [
        "2026-11-16",
        "2026-11-17",
    ]


def test_an_editor_may_send_before_the_slot_and_nothing_leaves_at_it(desk: CalendarDesk) -> None:
    desk.begin()
    scheduler = desk.scheduler()
    scheduler.look()
    desk.approve()
    desk.press.dispatch.begin(1)
    assert desk.deliver() == 3
    desk.clock.go_to(FRIDAY)
    scheduler.look()
    assert desk.slot().state is SlotState.SENT
    assert desk.deliver() == 0


def test_no_readers_hold_the_slot_with_the_reason(desk: CalendarDesk) -> None:
    desk.begin(readers=0)
    scheduler = desk.scheduler()
    scheduler.look()
    desk.approve()
    desk.clock.go_to(FRIDAY)
    scheduler.look()
    assert (desk.slot().state, desk.slot().cause) == (SlotState.HELD, Cause.TROUBLE)
    assert "no subscribers" in desk.slot().why


def test_what_cannot_be_sent_now_says_why_and_stays_as_it_is(desk: CalendarDesk) -> None:
    desk.begin()
    scheduler = desk.scheduler()
    scheduler.look()
    with pytest.raises(NewsletterError, match="Nobody has approved it"):
        scheduler.run_now(desk.store.newsletters.get("harbour"), desk.slot())
    assert desk.slot().state is SlotState.OPEN


def test_a_newsletter_in_trouble_keeps_up_no_other(desk: CalendarDesk) -> None:
    desk.begin()
    broken = Cadence(every=Every.CRON, cron="99 99 * * *")
    desk.store.newsletters.save(newsletter("broken", title="Broken", cadence=broken))
    desk.scheduler().look()
    assert desk.issue().state is IssueState.DRAFT
    assert any("Broken" in line and "no line of cron" in line for line in desk.said)


def test_every_minute_has_its_own_slot(desk: CalendarDesk) -> None:
    desk.begin(Cadence(every=Every.CRON, cron="* * * * *", policy=Policy.AUTO), articles=0)
    scheduler = desk.scheduler()
    for minute in range(4):
        desk.clock.go_to(MONDAY + timedelta(minutes=minute, seconds=5))
        desk.add(f"Boat {minute} brings {['salt', 'fish', 'rope', 'tar'][minute]}", desk.clock.now)
        scheduler.look()
        for issue in desk.store.issues.all():
            if issue.state is IssueState.DRAFT:
                desk.press.desk.waive(int(issue.id or 0), (), reason="of no account here")
    sent = [slot.key for slot in desk.store.slots.of(1) if slot.state is SlotState.SENT]
    assert sent == ["2026-11-16T13:01", "2026-11-16T13:02", "2026-11-16T13:03"]


def test_a_review_that_nobody_asked_for_is_not_even_composed(desk: CalendarDesk) -> None:
    desk.begin()
    scheduler = desk.scheduler()
    scheduler.look()
    desk.approve()
    desk.clock.go_to(FRIDAY)
    scheduler.look()
    desk.deliver()
    desk.clock.go_to(MONDAY + timedelta(days=15, hours=4))
    scheduler.look()
    assert (desk.slot("2026-11").state, desk.slot("2026-11").why) == (
        SlotState.SKIPPED, "There is nothing to send. No reader asked for it.",
    )  # fmt: skip
    assert {issue.edition for issue in desk.store.issues.all()} == {Edition.REGULAR}


def test_a_review_goes_by_itself_to_who_asked_for_it(desk: CalendarDesk) -> None:
    desk.begin()
    known = desk.store.subscribers.get(1, 1)
    desk.store.subscribers.change(replace(known, frequency=Frequency.MONTHLY), 1, actor="r", now=MONDAY)
    scheduler = desk.scheduler()
    scheduler.look()
    desk.approve()
    desk.clock.go_to(FRIDAY)
    scheduler.look()
    assert desk.deliver() == 2
    desk.clock.go_to(MONDAY + timedelta(days=15, hours=2))
    scheduler.look()
    draft = desk.issue("2026-11")
    desk.press.desk.waive(int(draft.id or 0), (), reason="of no account here")
    desk.clock.go_to(MONDAY + timedelta(days=15, hours=4))
    scheduler.look()
    assert desk.slot("2026-11").state is SlotState.SENT, desk.slot("2026-11").why
    assert desk.deliver() == 1
