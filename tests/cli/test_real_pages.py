"""The two real pages, by the commands that an editor types."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from desk import Desk

SEEDS = Path(__file__).resolve().parents[3] / "shared/seeds"
#: A human's remarks on a page, and what rests on knowing the other page.
REMARKS = {"kicker_note", "date_evidence"}

pytestmark = pytest.mark.real


@pytest.fixture
def pages(desk: Desk) -> Desk:
    """A desk with both pages in its store."""
    if not SEEDS.is_dir():
        assert os.environ.get("CI") != "true", f"{SEEDS} must be there under CI"
        pytest.skip(f"{SEEDS} is not here")
    desk.ok("article", "add", SEEDS / "diplomacy-watch.txt", SEEDS / "article.txt")
    return desk


@pytest.mark.parametrize(("number", "name"), [(1, "diplomacy-watch"), (2, "article")])
def test_what_the_store_shows_is_what_a_reader_recovers(pages: Desk, number: int, name: str) -> None:
    gold: dict[str, Any] = _gold(name)
    shown = pages.ok("article", "show", str(number), "--json").json
    for key in gold.keys() - REMARKS:
        assert shown[key] == gold[key], key
    for key in ("explicit", "relative"):
        if key in gold["date_evidence"]:
            assert shown["date_evidence"][key] == gold["date_evidence"][key], key
    assert set(shown["date_evidence"]["must_not_use"]) == set(gold["date_evidence"]["must_not_use"])


def test_adding_the_same_pages_again_changes_nothing(pages: Desk) -> None:
    again = pages.ok("article", "add", SEEDS / "diplomacy-watch.txt", SEEDS / "article.txt", "--json").json
    assert [one["result"] for one in again] == ["unchanged", "unchanged"]


def test_their_week_composes_into_one_story_and_goes_out_whole(pages: Desk) -> None:
    pages.ok("issue", "compose", "weekly", "--slot", "2024-W43")
    gold = _gold("diplomacy-watch")
    issue = pages.ok("issue", "show", "1", "--json").json
    lead, other, first, second = issue["sections"][:4]
    assert [section["kind"] for section in issue["sections"]] == [
        "lead",
        "other_news",
        "briefing",
        "briefing",
        "magazine",
    ]
    assert [p["text"] for p in lead["items"][0]["paragraphs"]] == gold["lead"]
    assert [item["paragraphs"][0]["text"] for item in other["items"]] == gold["sections"][0]["items"]
    assert other["heading"] == gold["sections"][0]["heading_normalized"]
    for section, expected in ((first, gold["sections"][1]), (second, gold["sections"][2])):
        assert section["heading"] == expected["heading"]
        assert [p["text"] for p in section["items"][0]["paragraphs"]] == expected["paragraphs"]
    assert [also["headline"] for also in lead["items"][0]["also"]] == [_gold("article")["title"]]

    pages.ok("issue", "preview", "1", "--out", "look")
    text = " ".join((pages.folder / "look/issue.txt").read_text().split())
    other_gold = _gold("article")
    (shared,) = {q["text"] for q in gold["quotes"]} & {q["text"] for q in other_gold["quotes"]}
    assert text.count(shared) == 1, "a quotation is printed once an issue"
    for paragraph in gold["lead"]:
        assert " ".join(paragraph.split()) in text


def _gold(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SEEDS / f"gold/{name}.json").read_text())
    return found
