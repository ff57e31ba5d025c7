"""Segments and audiences from the command line: whom a rule means, and to whom an issue goes before it is sent."""

import pytest

from desk import PAGE, Desk


@pytest.fixture
def read(desk: Desk) -> Desk:
    """A desk with two topics, three readers who chose differently, and an approved issue."""
    shown = desk.ok("newsletter", "show", "weekly").out
    (desk.folder / "weekly.toml").write_text('topics = ["Harbour", "Crime"]\n' + shown)
    desk.ok("newsletter", "apply", "weekly.toml")
    for name in ("ann", "bob", "eve"):
        desk.ok("subscriber", "add", f"{name}@example.com")
    desk.ok("subscriber", "set", "bob@example.com", "--topic", "Crime=never")
    desk.ok("subscriber", "set", "eve@example.com", "--timezone", "Asia/Tokyo")
    (desk.folder / "ferry.md").write_text(PAGE.format(title="Ferry fares rise"))
    desk.ok("article", "add", "ferry.md")
    desk.ok("issue", "compose", "weekly", "--slot", "2026-W47")
    desk.ok("issue", "approve", "1")
    return desk


def test_a_segment_is_saved_listed_counted_shown_and_removed(read: Desk) -> None:
    assert read.ok("segment", "list").out.startswith("No segments yet")
    assert read.ok("segment", "count", "not topic is crime").out == "1 reader who may be written to.\n"
    told = read.ok("segment", "add", "peaceful", "NOT topic is crime and joined within 7 days").out
    assert told == "peaceful: not topic is Crime and joined within 7 days\n1 reader who may be written to.\n"
    assert read.ok("segment", "list", "--json").json == [
        {"name": "peaceful", "readers": 1, "rule": "not topic is Crime and joined within 7 days"}
    ]
    shown = read.ok("segment", "show", "peaceful", "--people", "--json").json
    assert [one["email"] for one in shown["people"]] == ["bob@example.com"]
    read.ok("segment", "remove", "peaceful")
    missing = read.run("segment", "show", "peaceful")
    assert (missing.code, missing.err) == (
        1,
        "newsletter: There is no segment 'peaceful'; see: newsletter segment list\n",
    )


def test_a_rule_that_cannot_be_read_is_refused_in_a_sentence(read: Desk) -> None:
    refused = read.run("segment", "add", "wrong", "topic is Sports")
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert "the newsletter offers: Harbour, Crime" in refused.err


def test_an_editor_sees_to_whom_an_issue_would_go_before_it_is_sent(read: Desk) -> None:
    told = read.ok("issue", "audience", "1", "--json").json
    assert (told["readers"], told["segment"], told["widened"]) == (3, None, 0)
    assert [mail["readers"] for mail in told["mails"]] == [3]
    assert read.ok("issue", "audience", "1").out == "Issue 1 goes to 3 readers in the same mail.\n"


def test_an_issue_for_a_segment_goes_to_those_alone_whom_it_means(read: Desk) -> None:
    read.ok("segment", "add", "tokyo", "timezone is Asia/Tokyo")
    told = read.ok("issue", "audience", "1", "--segment", "tokyo").out
    assert told == "Issue 1 goes to 1 reader in the same mail whom this means: timezone is Asia/Tokyo.\n"
    read.ok("segment", "remove", "tokyo")
    read.ok("issue", "compose", "weekly", "--slot", "2026-W47")
    assert read.ok("issue", "audience", "1", "--json").json["readers"] == 1, "it stays with the issue"
    read.ok("issue", "send", "1")
    status = read.ok("issue", "status", "1", "--rows", "--json").json
    assert [row["email"] for row in status["rows"]] == ["eve@example.com"]
    assert status["segment"] == "timezone is Asia/Tokyo"
    assert "timezone is Asia/Tokyo" in read.ok("issue", "status", "1").out
    late = read.run("issue", "audience", "1", "--everybody")
    assert (late.code, late.err.count("\n")) == (1, 1)


def test_a_segment_that_means_nobody_sends_nothing_and_says_how_to_go_on(read: Desk) -> None:
    read.ok("segment", "add", "none", "cadence is monthly")
    read.ok("issue", "audience", "1", "--segment", "none")
    refused = read.run("issue", "send", "1")
    assert refused.code == 1
    assert "newsletter issue audience 1 --everybody" in refused.err
    read.ok("issue", "audience", "1", "--everybody")
    read.ok("issue", "send", "1")
    assert read.ok("issue", "status", "1", "--json").json["sent"] == 3
