"""`newsletter schedule`: what an editor types, and what it answers."""

from pathlib import Path

import pytest

from desk import PAGE, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.ok("init", "--postal-address", "1 Quay Street, Port Example", "--base-url", "https://news.example.org")
    return made


def test_without_a_cadence_it_says_how_to_set_one(desk: Desk) -> None:
    done = desk.run("schedule", "list")
    assert done.code == 1
    assert "newsletter schedule set weekly --every week --on friday --at 16:00" in done.err


def test_setting_a_cadence_shows_its_next_slots(desk: Desk) -> None:
    out = desk.ok("schedule", "set", "weekly", "--every", "week", "--on", "friday", "--at", "16:00").out
    assert out.startswith("Weekly Round-up appears:")
    assert out.count("16:00 UTC") == 5, "four issues, and a monthly review besides"
    assert len(desk.ok("schedule", "next", "weekly", "--count", "6", "--json").json) == 6 + 1, (
        "a monthly review besides"
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--every", "week"), "on names the days of the week"),
        (("--every", "week", "--on", "friday", "--at", "4pm"), "at names times of day"),
        (("--every", "fortnight"), "every is one of day, weekday, week"),
        (("--every", "cron", "--cron", "99 9 * * *"), "is no line of cron"),
        (("--every", "month", "--on", "32"), "on names the days of the month"),
        (("--every", "two weeks", "--on", "friday"), "counts from a day"),
        (("--every", "day", "--holidays", "XX"), "No public holidays are known"),
        (("--every", "day", "--editor", "nobody"), "nobody"),
    ],
)
def test_a_cadence_that_makes_no_sense_is_refused_in_a_sentence(
    desk: Desk, words: tuple[str, ...], sentence: str
) -> None:
    done = desk.run("schedule", "set", "weekly", *words)
    assert done.code == 1
    assert sentence in done.err
    assert desk.run("schedule", "list").code == 1, "nothing was kept"


def test_slots_are_skipped_moved_and_taken_back(desk: Desk) -> None:
    desk.ok("schedule", "set", "weekly", "--every", "week", "--on", "friday", "--at", "16:00")
    second = [s["key"] for s in desk.ok("schedule", "next", "weekly", "--json").json if s["edition"] == "regular"][1]
    assert "Christmas" in desk.ok("schedule", "skip", "weekly", second, "--reason", "Christmas").out
    assert "neither" not in desk.ok("schedule", "unskip", "weekly", second).out
    assert "Christmas" not in desk.ok("schedule", "next", "weekly").out
    desk.ok("schedule", "move", "weekly", second, "2031-01-02T10:10")
    shown = desk.ok("newsletter", "show", "weekly").out
    assert "2031-01-02T10:10" in shown
    assert desk.run("schedule", "skip", "weekly", "2019-W01").code == 1


def test_what_the_newsletters_file_says_of_its_cadence_can_be_applied_again(desk: Desk) -> None:
    desk.ok(
        "schedule", "set", "weekly", "--every", "two weeks", "--on", "friday", "--at", "16:00", "--since", "2026-11-06",
        "--holidays", "DE-BE", "--on-holiday", "before", "--policy", "approved skeleton", "--approvals", "2",
        "--deadline-hours", "4", "--editor", "ada@example.org",
    )  # fmt: skip
    shown = desk.ok("newsletter", "show", "weekly").out
    (desk.folder / "weekly.toml").write_text(shown)
    desk.ok("newsletter", "apply", "weekly.toml")
    assert desk.ok("newsletter", "show", "weekly").out == shown
    assert 'policy = "approved skeleton"' in shown


def test_a_dry_run_says_what_would_happen_and_changes_nothing(desk: Desk) -> None:
    desk.ok("subscriber", "add", "ann@example.com")
    (desk.folder / "page.md").write_text(PAGE.format(title="Ferry fares rise"))
    desk.ok("article", "add", "page.md")
    desk.ok("schedule", "set", "weekly", "--every", "day", "--at", "00:00")
    desk.ok("worker", "--once")
    before = desk.ok("schedule", "list", "--json").json
    said = desk.ok("schedule", "run-now", "weekly", "--dry-run").out
    assert "would be held. " in said
    assert desk.ok("schedule", "list", "--json").json == before
    done = desk.run("schedule", "run-now", "weekly")
    assert (done.code, "It cannot be sent:" in done.err) == (1, True)


def test_the_calendar_is_printed_for_other_programs(desk: Desk) -> None:
    desk.ok("schedule", "set", "weekly", "--every", "week", "--on", "friday")
    assert desk.ok("schedule", "ics").out.startswith("BEGIN:VCALENDAR")
    desk.ok("schedule", "ics", "--file", "slots.ics")
    assert (desk.folder / "slots.ics").read_bytes().endswith(b"END:VCALENDAR\r\n")


def test_two_people_approve_by_name(desk: Desk) -> None:
    desk.ok("subscriber", "add", "ann@example.com")
    (desk.folder / "page.md").write_text(PAGE.format(title="Ferry fares rise"))
    desk.ok("article", "add", "page.md")
    desk.ok("schedule", "set", "weekly", "--every", "week", "--on", "friday", "--approvals", "2")
    desk.ok("issue", "compose", "weekly", "--slot", "2026-W47")
    desk.ok("issue", "waive", "1", "--all", "--reason", "of no account here")
    assert "One more person has to approve it" in desk.ok("issue", "approve", "1", "--by", "ada").out
    assert "is approved, bound to sha256" in desk.ok("issue", "approve", "1", "--by", "grace").out


def test_a_cadence_is_taken_away(desk: Desk) -> None:
    desk.ok("schedule", "set", "weekly", "--every", "day")
    assert "appears when you send it" in desk.ok("schedule", "set", "weekly", "--off").out
    assert desk.run("schedule", "list").code == 1
