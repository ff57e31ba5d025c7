"""Restored databases, clocks that jump, machines that were away: nothing old is sent as if it were new."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from calendar_desk import FRIDAY, HOUR, MONDAY, CalendarDesk, Clock
from newsletter.model.issue import IssueState
from newsletter.model.planned import Cause, SlotState
from newsletter.store.store import Store

DAY = timedelta(days=1)


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> CalendarDesk:
    """A desk with an approved issue for Friday."""
    made = CalendarDesk(store, tmp_path)
    made.begin()
    made.scheduler().look()
    made.approve()
    return made


def test_a_process_that_was_down_across_the_slot_sends_within_the_time_of_grace(desk: CalendarDesk) -> None:
    desk.clock.go_to(FRIDAY + 5 * HOUR)
    desk.scheduler("after the restart").look()
    assert desk.slot().state is SlotState.SENT


def test_later_than_that_it_holds_and_tells(desk: CalendarDesk) -> None:
    desk.clock.go_to(FRIDAY + 7 * HOUR)
    desk.scheduler("after the restart").look()
    assert (desk.slot().state, desk.slot().cause) == (SlotState.HELD, Cause.LATE)
    assert "7 hours ago" in desk.slot().why
    assert [notice.kind for notice in desk.store.notices.take(now=desk.clock.now)] == ["held"]


def test_of_slots_that_were_missed_for_weeks_the_last_is_held_and_the_others_pass(desk: CalendarDesk) -> None:
    desk.clock.go_to(FRIDAY + 15 * DAY)
    scheduler = desk.scheduler("after the holidays")
    scheduler.look()
    states = {
        slot.key: slot.state
        for slot in desk.store.slots.of(1)
        if slot.edition == "regular" and slot.due <= desk.clock.now
    }
    assert states == {"2026-W47": SlotState.SKIPPED, "2026-W48": SlotState.SKIPPED, "2026-W49": SlotState.HELD}
    assert desk.issue().state is IssueState.APPROVED, "nothing was sent"


def test_a_clock_that_is_put_forward_over_a_slot_does_not_send_it(desk: CalendarDesk) -> None:
    scheduler = desk.scheduler()
    scheduler.look()
    desk.clock.put_to(FRIDAY + HOUR)
    scheduler.look()
    assert (desk.slot().state, desk.slot().cause) == (SlotState.HELD, Cause.CLOCK)


def test_a_machine_that_slept_over_the_slot_is_only_late(desk: CalendarDesk) -> None:
    scheduler = desk.scheduler()
    scheduler.look()
    desk.clock.go_to(FRIDAY + HOUR)
    scheduler.look()
    assert desk.slot().state is SlotState.SENT


def test_a_clock_that_is_put_back_sends_nothing_again_and_plans_nothing(desk: CalendarDesk) -> None:
    scheduler = desk.scheduler()
    desk.clock.go_to(FRIDAY)
    scheduler.look()
    assert desk.deliver() == 3
    rows = desk.store.slots.of(1)
    desk.clock.put_to(MONDAY - 40 * DAY)
    scheduler.look()
    desk.scheduler("a new process").look()
    assert desk.store.slots.of(1) == rows
    assert any("before the last look" in line for line in desk.said)
    desk.clock.put_to(FRIDAY + 2 * HOUR)
    scheduler.look()
    assert desk.deliver() == 0


def test_a_database_restored_from_yesterday_sends_nothing_until_somebody_looked(tmp_path: Path) -> None:
    """The issue went out after the backup was made, and the copy believes that it is still to be sent."""
    with Store(f"sqlite:///{tmp_path / 'newsletter.db'}") as store:
        store.upgrade()
        desk = CalendarDesk(store, tmp_path)
        desk.begin()
        desk.scheduler().look()
        desk.approve()
        desk.clock.go_to(FRIDAY - HOUR)
        desk.scheduler().look()
        store.close()
        shutil.copy(tmp_path / "newsletter.db", tmp_path / "backup.db")
        desk.clock.go_to(FRIDAY)
        scheduler = desk.scheduler()
        scheduler.look()
        desk.clock.go_to(FRIDAY + timedelta(minutes=1))
        scheduler.look()
        assert desk.deliver() == 3
    for log in ("newsletter.db-wal", "newsletter.db-shm"):
        (tmp_path / log).unlink(missing_ok=True)
    shutil.copy(tmp_path / "backup.db", tmp_path / "newsletter.db")
    with Store(f"sqlite:///{tmp_path / 'newsletter.db'}") as store:
        desk = CalendarDesk(store, tmp_path, Clock(FRIDAY + 2 * HOUR))
        scheduler = desk.scheduler("after the restore")
        scheduler.look()
        assert (desk.slot().state, desk.slot().cause) == (SlotState.HELD, Cause.RESTORED)
        assert "restored from a backup" in store.instance.age().held
        assert desk.deliver() == 0
        scheduler.guard.release(desk.clock.now)
        desk.clock.go_to(desk.clock.now + HOUR)
        scheduler.look()
        assert desk.slot().state is SlotState.HELD, "what is held is for a person to release"
        assert store.instance.age().held == ""


def test_what_a_restored_database_believes_to_be_under_way_is_paused(tmp_path: Path) -> None:
    with Store(f"sqlite:///{tmp_path / 'newsletter.db'}") as store:
        store.upgrade()
        desk = CalendarDesk(store, tmp_path)
        desk.begin()
        scheduler = desk.scheduler()
        scheduler.look()
        desk.approve()
        desk.clock.go_to(FRIDAY)
        scheduler.look()
        assert desk.issue().state is IssueState.SENDING
        store.close()
        shutil.copy(tmp_path / "newsletter.db", tmp_path / "backup.db")
        assert desk.deliver() == 3
        desk.clock.go_to(FRIDAY + 8 * DAY)
        scheduler.look()
        scheduler.look()
        store.close()
        shutil.copy(tmp_path / "backup.db", tmp_path / "newsletter.db")
        (tmp_path / "newsletter.db-wal").unlink(missing_ok=True)
        (tmp_path / "newsletter.db-shm").unlink(missing_ok=True)
        desk.scheduler("after the restore").look()
        assert desk.issue().state is IssueState.PAUSED
        assert desk.deliver() == 0


def test_a_machine_set_back_to_yesterday_as_a_whole_sends_nothing_of_yesterday(desk: CalendarDesk) -> None:
    """Database, mark and all are of the snapshot's time; the clock alone is not."""
    scheduler = desk.scheduler()
    desk.clock.go_to(FRIDAY)
    scheduler.look()
    assert desk.issue().state is IssueState.SENDING, "the snapshot was made while it was sent"
    desk.clock.go_to(FRIDAY + DAY)
    desk.scheduler("the machine of the snapshot").look()
    assert desk.issue().state is IssueState.PAUSED
    assert "Nothing was running for 24 hours" in desk.issue().pause_reason


def test_a_copy_of_the_database_on_another_machine_is_not_taken_for_a_restored_one(
    desk: CalendarDesk, tmp_path: Path
) -> None:
    desk.clock.go_to(FRIDAY)
    desk.scheduler().look()
    other = CalendarDesk(desk.store, tmp_path / "elsewhere", desk.clock)
    other.scheduler("elsewhere").look()
    assert desk.store.instance.age().held == ""


def test_an_order_that_was_given_while_nothing_ran_is_carried_out(desk: CalendarDesk) -> None:
    desk.clock.go_to(FRIDAY - DAY)
    desk.press.dispatch.begin(1)
    desk.scheduler("started for it").look()
    assert desk.issue().state is IssueState.SENDING
