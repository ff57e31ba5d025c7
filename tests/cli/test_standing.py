"""What one reader gets, asked for and set from the command line."""

from datetime import UTC, datetime

import pytest

from desk import Desk

NEXT_YEAR = datetime.now(UTC).year + 1


@pytest.fixture
def read(desk: Desk) -> Desk:
    """A desk with a newsletter of three topics and one reader."""
    shown = desk.ok("newsletter", "show", "weekly").out
    (desk.folder / "weekly.toml").write_text('topics = ["Harbour", "Crime", "Culture"]\n' + shown)
    desk.ok("newsletter", "apply", "weekly.toml")
    desk.ok("subscriber", "add", "ann@example.com")
    return desk


def test_a_reader_who_asked_for_nothing_gets_every_issue(read: Desk) -> None:
    first, *others = read.ok("subscriber", "show", "Ann@example.com").out.splitlines()
    assert first.startswith("ann@example.com gets ")
    assert others == ["How often: every issue", "When: as soon as an issue leaves"]


def test_everything_can_be_set_at_once_and_is_told_in_words(read: Desk) -> None:
    told = read.ok(
        "subscriber", "set", "ann@example.com", "--frequency", "weekly", "--topic", "harbour=monthly", "--topic",
        "Crime=never", "--hour", "7", "--timezone", "America/New_York", "--pause-until",  f"{NEXT_YEAR}-12-24",
    ).out  # fmt: skip
    assert told == read.ok("subscriber", "show", "ann@example.com").out
    first, *others = told.splitlines()
    assert first.startswith("ann@example.com pauses and gets nothing of ")
    assert first.endswith(f" until {NEXT_YEAR}-12-24 00:00 (America/New_York).")
    assert others == [
        "How often: once a week; Crime: never; Harbour: once a month",
        "When: at 07:00 by the clock of America/New_York",
    ]
    shown = read.ok("subscriber", "show", "ann@example.com", "--json").json
    assert shown.pop("newsletter") == "weekly"
    assert shown == {
        "id": 1, "email": "ann@example.com", "name": "", "state": "paused", "frequency": "weekly",
        "topics": {"Crime": "never", "Harbour": "monthly"}, "hour": 7, "timezone": "America/New_York", "skips": [],
        "paused_until": f"{NEXT_YEAR}-12-24T05:00:00+00:00",
    }  # fmt: skip


def test_what_is_not_named_stays_and_every_choice_is_taken_back(read: Desk) -> None:
    read.ok("subscriber", "set", "ann@example.com", "--topic", "Harbour=monthly", "--topic", "Crime=never")
    read.ok("subscriber", "set", "ann@example.com", "--hour", "7", "--timezone", "Asia/Tokyo", "--pause")
    told = read.ok("subscriber", "set", "ann@example.com", "--topic", "Crime=usual").out
    assert "until they come back" in told
    assert "How often: every issue; Harbour: once a month\n" in told
    assert "at 07:00 by the clock of Asia/Tokyo" in told
    back = ("--topic", "Harbour=usual", "--hour", "any", "--timezone", "usual", "--resume", "--json")
    shown = read.ok("subscriber", "set", "ann@example.com", *back).json
    assert (shown["state"], shown["paused_until"], shown["topics"]) == ("active", None, {})
    assert (shown["hour"], shown["timezone"]) == (None, "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Say what to set"),
        (("--topic", "Sports=never"), "offers: Harbour, Crime, Culture"),
        (("--topic", "Crime=hourly"), "not how often one can get a topic"),
        (("--frequency", "never"), "one of every, weekly, monthly, breaking"),
        (("--hour", "25"), "0 to 23"),
        (("--timezone", "Middle/Earth"), "no time zone"),
        (("--pause-until", "2020-01-01"), "over or has begun"),
        (("--pause-until", "Christmas"), "write it as 2026-12-24"),
        (("--pause", "--resume"), "only one"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_and_nothing_is_changed(
    read: Desk, words: tuple[str, ...], said: str
) -> None:
    before = read.ok("subscriber", "show", "ann@example.com", "--json").json
    good = ("--frequency", "monthly") if words and words[0] != "--frequency" else ()
    assert said in read.refused("subscriber", "set", "ann@example.com", *good, *words)
    assert read.ok("subscriber", "show", "ann@example.com", "--json").json == before


def test_nobody_of_that_address_is_said_without_the_address(read: Desk) -> None:
    for command in (("show",), ("set", "--hour", "7")):
        said = read.refused("subscriber", command[0], "bob@example.com", *command[1:])
        assert "Nobody of that address" in said
        assert "bob@" not in said


def test_an_editor_does_not_bring_back_who_left(read: Desk) -> None:
    (read.folder / "people.csv").write_text("email,state\ngone@example.com,unsubscribed\nnew@example.com,unconfirmed\n")
    read.ok("subscriber", "import", "people.csv")
    for email, state in (("gone@example.com", "unsubscribed"), ("new@example.com", "unconfirmed")):
        for way in (("--resume",), ("--pause",), ("--pause-until", f"{NEXT_YEAR}-01-02")):
            assert f"is {state}" in read.refused("subscriber", "set", email, *way)
    assert "left" in read.ok("subscriber", "show", "gone@example.com").out
    assert "has not confirmed" in read.ok("subscriber", "show", "new@example.com").out
