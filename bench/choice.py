"""Which articles tell one story and which should lead, against what is known or what editors did."""

import json
import math
import random
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from statistics import fmean
from typing import Any

from bench.clusters import Agreement, bcubed
from bench.figures import table
from bench.magazine import SLOT, week
from newsletter.compose.choose.cluster import agglomerate, lead_text, likely_pairs, stories
from newsletter.compose.choose.period import pick
from newsletter.compose.choose.select import rank
from newsletter.compose.terms import content_words, unit_vectors
from newsletter.model.article import Article, Provenance
from newsletter.model.slot import Slot

#: So many articles fit on a front page.
FRONT = 10
#: An editor of the made-up week puts the stories that weigh most on the front page.
WEIGHTY = 0.95
SHUFFLES = 200


@dataclass(frozen=True, slots=True)
class Chosen:
    """An article of one week and whether an editor put it on the front page."""

    article: Article
    front: bool


def clusters(folder: Path | None, articles: int) -> dict[str, Agreement]:
    """How well stories agree with the truth, and with comparing every article with every other."""
    told = week(articles)
    truth = _groups((one.article.identity, str(one.story)) for one in told)
    vectors = unit_vectors([content_words(lead_text(one.article)) for one in told])
    everything = agglomerate(vectors, combinations(range(articles), 2), ())
    found = {
        f"made-up week of {articles:,}": bcubed(_stories([one.article for one in told]), truth),
        f"the same, against comparing all {math.comb(articles, 2):,} pairs": bcubed(
            agglomerate(vectors, likely_pairs(vectors), ()), everything
        ),
    }
    if folder and (path := folder / "stories.jsonl").exists():
        lines = list(_lines(path, ("id", "title", "text", "story")))
        pool = [_article(line) for line in lines]
        truth = _groups((page.identity, str(line["story"])) for page, line in zip(pool, lines, strict=True))
        found[path.name] = bcubed(_stories(pool), truth)
    return found


def clusters_report(found: Mapping[str, Agreement]) -> str:
    """The figures as a table."""
    rows = [(name, f"{a.precision:.3f}", f"{a.recall:.3f}", f"{a.f1:.3f}") for name, a in found.items()]
    return table(("articles", "B-cubed precision", "recall", "F1"), rows)


def choice(folder: Path | None, articles: int) -> dict[str, dict[str, tuple[float, float]]]:
    """NDCG and precision at ten of our order, the newest first, and chance; the mean over the weeks of a set."""
    found = {f"made-up week of {articles:,}": _mean([_orders(_made_up(articles), SLOT)])}
    if folder and (path := folder / "choice.jsonl").exists():
        weeks: defaultdict[str, list[Chosen]] = defaultdict(list)
        for line in _lines(path, ("id", "title", "text", "published", "front")):
            page = _article(line)
            weeks[Slot.of(page.published or SLOT.starts, "UTC").key].append(Chosen(page, bool(line["front"])))
        found[f"{path.name}, {len(weeks)} weeks"] = _mean(
            [_orders(pool, Slot(key, "UTC")) for key, pool in weeks.items()]
        )
    return found


def choice_report(found: Mapping[str, Mapping[str, tuple[float, float]]]) -> str:
    """The figures as a table."""
    rows = [
        (name, order, f"{ndcg:.3f}", f"{precision:.3f}")
        for name, orders in found.items()
        for order, (ndcg, precision) in orders.items()
    ]
    return table(("articles", "order", f"NDCG@{FRONT}", f"precision@{FRONT}"), rows)


def ndcg(hits: Sequence[bool], wanted: int) -> float:
    """Normalised discounted cumulative gain of the first ten (Järvelin and Kekäläinen, 2002), gains 0 and 1."""
    gained = sum(1 / math.log2(place + 2) for place, hit in enumerate(hits[:FRONT]) if hit)
    return gained / sum(1 / math.log2(place + 2) for place in range(min(wanted, FRONT))) if wanted else 0.0


def _made_up(articles: int) -> list[Chosen]:
    return [Chosen(told.article, told.weight >= WEIGHTY) for told in week(articles)]


def _orders(pool: Sequence[Chosen], slot: Slot, seed: int = 1) -> dict[str, tuple[float, float]]:
    """Both measures for each order of one week's articles."""
    front = {chosen.article.identity for chosen in pool if chosen.front}
    newest = sorted(pool, key=lambda chosen: chosen.article.published or slot.starts, reverse=True)
    dice = random.Random(seed)  # noqa: S311 - chance itself
    shuffled = [
        _scored([page.identity for page in dice.sample(_pages(pool), len(pool))], front) for _ in range(SHUFFLES)
    ]
    return {
        "newsletter": _scored(_ranked(_pages(pool), slot), front),
        "newest first": _scored([chosen.article.identity for chosen in newest], front),
        "chance": (fmean(n for n, _ in shuffled), fmean(p for _, p in shuffled)),
    }


def _ranked(pool: Sequence[Article], slot: Slot) -> list[str]:
    """Identities in the order of the ranker's score, article by article."""
    picked = {found.article.identity: found for found in pick(pool, slot)}
    together = [[picked[page.identity] for page in story] for story in stories([p.article for p in picked.values()])]
    tellings = [telling for story in rank(together, slot) for telling in (story.main, *story.others)]
    return [t.article.identity for t in sorted(tellings, key=lambda telling: -telling.score.value)]


def _scored(order: Sequence[str], front: set[str]) -> tuple[float, float]:
    hits = [identity in front for identity in order]
    return ndcg(hits, len(front)), sum(hits[:FRONT]) / FRONT


def _mean(weeks: Sequence[Mapping[str, tuple[float, float]]]) -> dict[str, tuple[float, float]]:
    return {order: (fmean(w[order][0] for w in weeks), fmean(w[order][1] for w in weeks)) for order in weeks[0]}


def _pages(pool: Iterable[Chosen]) -> list[Article]:
    return [chosen.article for chosen in pool]


def _stories(pool: Sequence[Article]) -> list[list[str]]:
    return [[page.identity for page in story] for story in stories(pool)]


def _groups(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for thing, group in pairs:
        found[group].append(thing)
    return list(found.values())


def _article(line: Mapping[str, Any]) -> Article:
    """An article of a set; its id stands for its address, so that two with the same words stay two."""
    moment = datetime.fromisoformat(line["published"]) if line.get("published") else SLOT.starts
    published = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return Article(
        headline=line["title"],
        body=tuple(filter(None, map(str.strip, line["text"].splitlines()))),
        published=published,
        provenance=Provenance(parser="bench", fetched_at=published, feed_url="bench", guid=str(line["id"])),
    )


def _lines(path: Path, wanted: Sequence[str]) -> Iterable[dict[str, Any]]:
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            line = json.loads(text)
            yield {name: line[name] for name in wanted}
        except (ValueError, KeyError, TypeError):
            sys.exit(f"{path}:{number} is not a JSON object with {', '.join(wanted)}; mend or remove it.")
