"""The yardsticks of ``bench/`` against values worked out by hand, and its commands from end to end."""

import json
import random
import subprocess
import sys
from dataclasses import astuple
from pathlib import Path

import pytest

from bench import compose_once
from bench.choice import ndcg
from bench.clusters import bcubed
from bench.figures import bootstrap, exponent
from bench.magazine import SLOT, week
from bench.rouge import rouge
from bench.signup import chance, longer

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("candidate", "reference", "expected"),
    [
        # 5 of 6 words; "the ferry", "at the", "the quay" of 5 pairs; all but one word in the same order
        ("The ferry lay at the quay.", "the ferry sank at the quay", (5 / 6, 3 / 5, 5 / 6)),
        # 2 words of 2 and 5, 1 pair of 1 and 4
        ("Boats sail", "Boats sail at dawn today", (2 * 2 / 7, 2 / 5, 2 * 2 / 7)),
        # the same words backwards: no pair, and any one of them is the longest common subsequence
        ("dawn at sail", "sail at dawn", (1.0, 0.0, 1 / 3)),
        # a word that is said three times counts once where the reference has it once
        ("fog fog fog", "fog ahead", (2 / 5, 0.0, 2 / 5)),
        ("", "fog ahead", (0.0, 0.0, 0.0)),
    ],
)
def test_rouge_is_what_counting_by_hand_gives(candidate: str, reference: str, expected: tuple[float, ...]) -> None:
    assert astuple(rouge(candidate, [reference])) == pytest.approx(expected)


def test_of_several_references_the_best_counts_for_each_measure() -> None:
    alone = [rouge("dawn at sail", [reference]) for reference in ("sail at dawn", "dawn at last")]
    both = rouge("dawn at sail", ["sail at dawn", "dawn at last"])
    assert (both.one, both.two, both.long) == (alone[0].one, alone[1].two, alone[1].long)


def test_b_cubed_is_what_counting_by_hand_gives() -> None:
    lumped = bcubed([[1, 2, 3]], [[1, 2], [3]])
    assert (lumped.precision, lumped.recall) == pytest.approx(((2 / 3 + 2 / 3 + 1 / 3) / 3, 1.0))
    assert bcubed([[1, 2], [3]], [[1, 2], [3]]).f1 == 1.0
    with pytest.raises(ValueError, match="same things"):
        bcubed([[1]], [[2]])


def test_what_leads_counts_more_than_what_follows() -> None:
    assert ndcg([True, False, True], wanted=2) == pytest.approx(1.5 / (1 + 1 / 1.5849625))
    assert ndcg([True, True, False], wanted=2) == 1.0
    assert ndcg([False], wanted=0) == 0.0


def test_an_interval_holds_its_mean_and_a_cost_shows_its_power() -> None:
    found = bootstrap([0.1, 0.2, 0.3, 0.0, -0.1], seed=1)
    assert found.low < found.mean < found.high
    assert found.mean == pytest.approx(0.1)
    assert exponent([1, 2, 4], [3, 12, 48]) == pytest.approx(2.0)


def test_a_made_up_week_can_be_made_again_and_lies_in_its_week() -> None:
    told = week(60, undated=0.05)
    assert told == week(60, undated=0.05)
    assert told != week(60, undated=0.05, seed=2)
    assert len({one.article.identity for one in told}) == 60
    assert sum(one.article.published is None for one in told) == 3
    assert all(SLOT.holds(one.article.published) for one in told if one.article.published)
    assert 1 < len({one.story for one in told}) < 60


def test_a_draft_that_is_timed_holds_every_article_as_printed_or_left_out(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'week.db'}"
    compose_once.fill(url, 40)
    ran = compose_once.run(url)
    assert (ran["articles"], ran["accounted"]) == (40, True)
    assert 0 < ran["before"] <= ran["megabytes"]


def content(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bench.content", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_anyone_can_score_summaries_of_their_own(tmp_path: Path) -> None:
    lines = [
        {
            "id": i,
            "article": "The ferry sails at nine today. Fog is expected in the sound tonight.",
            "summaries": ["Fog."],
        }
        for i in range(3)
    ]
    (tmp_path / "mine.jsonl").write_text("\n".join(map(json.dumps, lines)))
    figures = tmp_path / "figures.json"
    done = content("--dir", str(tmp_path), "--only", "summaries", "--json", str(figures))
    assert done.returncode == 0, done.stderr
    assert "Summaries of mine.jsonl, 3 texts" in done.stdout
    # both sentences, 13 words, and the reference's one word is among them
    assert json.loads(figures.read_text())["summaries"]["mine.jsonl"]["lead-3"]["one"] == pytest.approx(2 / 14)


def test_a_line_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "mine.jsonl").write_text('{"id": 1}\n')
    done = content("--dir", str(tmp_path), "--only", "summaries")
    assert done.returncode == 1
    assert "mine.jsonl:1 is not" in done.stderr


def test_stories_and_front_pages_of_ones_own_are_scored_too(tmp_path: Path) -> None:
    told = [one for one in week(60) if one.article.published]
    plain = [(str(i), one, one.article) for i, one in enumerate(told)]
    (tmp_path / "stories.jsonl").write_text(
        "\n".join(
            json.dumps({"id": i, "title": page.headline, "text": "\n".join(page.body), "story": one.story})
            for i, one, page in plain
        )
    )
    (tmp_path / "choice.jsonl").write_text(
        "\n".join(
            json.dumps(
                {
                    "id": i,
                    "title": page.headline,
                    "text": "\n".join(page.body),
                    "published": page.published.isoformat() if page.published else None,
                    "front": one.weight > 0.8,
                }
            )
            for i, one, page in plain
        )
    )
    done = content("--dir", str(tmp_path), "--only", "clusters", "--only", "choice", "--week", "80")
    assert done.returncode == 0, done.stderr
    assert "| stories.jsonl |" in done.stdout
    assert "| choice.jsonl, 1 weeks | newsletter |" in done.stdout


def test_how_often_one_takes_longer_is_what_counting_by_hand_gives() -> None:
    assert longer([3, 4], [1, 2]) == 1.0
    assert longer([1, 2], [1, 2]) == 0.5
    assert longer([1, 5], [2, 3]) == 0.5
    assert longer([2], [1, 2, 3, 4]) == 1.5 / 4


def test_a_difference_is_told_from_chance() -> None:
    dice = random.Random(1)  # noqa: S311 - figures that can be made again, not a secret
    same, later = [dice.gauss(5, 1) for _ in range(60)], [dice.gauss(6, 1) for _ in range(60)]
    assert chance(later, same, dice) < 0.01
    assert chance([dice.gauss(5, 1) for _ in range(60)], same, dice) > 0.01


def test_the_sign_up_bench_compares_the_four_kinds_on_equal_pages() -> None:
    run = [sys.executable, "-m", "bench.signup", "--rounds", "5", "--readers", "10", "--json"]
    told = json.loads(subprocess.run(run, capture_output=True, text=True, check=True, cwd=ROOT).stdout)
    assert [one["kind"] for one in told["kinds"]] == ["reader", "waiting", "suppressed"]
