"""One composition in a process of its own: ``fill STORE N`` makes a store with a made-up week, ``run STORE`` composes it.

``run`` prints one JSON object: seconds and CPU seconds of ``desk.compose``, the peak memory of the whole process and what
it was before, both in MB, and whether every article of the week is in the draft, as printed or as left out.
"""

import json
import resource
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

from bench.magazine import SLOT, week
from newsletter.model.issue import Issue
from newsletter.model.newsletter import Newsletter
from newsletter.model.slot import Slot
from newsletter.pipeline import Press
from newsletter.render.links import Links
from newsletter.store.store import Store

LAST_WEEK = Slot("2026-W46", SLOT.timezone)
NEWSLETTER = Newsletter(
    slug="coast", title="Coast Weekly", sender="desk@coast.example", sender_name="Coast Weekly",
    organisation="Coast Weekly", postal_address="1 Quay Street, Port Example",
)  # fmt: skip


def fill(url: str, articles: int) -> None:
    """Store a week of so many articles, and an issue of the week before, whose headlines are not to be repeated."""
    with Store(url) as store:
        store.upgrade()
        newsletter = store.newsletters.save(NEWSLETTER)
        for told in week(60, seed=2, slot=LAST_WEEK):
            store.articles.add(told.article, now=LAST_WEEK.ends)
        _press(store).desk.compose(newsletter, LAST_WEEK)
        for told in week(articles, undated=0.02):
            store.articles.add(told.article, now=SLOT.ends)


def run(url: str) -> dict[str, float]:
    """Compose the week's issue once."""
    with Store(url) as store:
        desk, newsletter = _press(store).desk, store.newsletters.get(NEWSLETTER.slug)
        before, wall, cpu = _peak(), time.perf_counter(), time.process_time()
        issue = desk.compose(newsletter, SLOT)
        took = {"seconds": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
        took |= {"megabytes": _peak(), "before": before}
        known = {article.id for article in store.articles.all() if not _past(article.published)}
        return took | {"articles": len(known), "accounted": known == _accounted(issue)}


def _past(published: datetime | None) -> bool:
    return published is not None and published < SLOT.starts


def _accounted(issue: Issue) -> set[int | None]:
    """The articles that the issue prints, credits or leaves out with a reason."""
    items = [item for section in issue.sections for item in section.items]
    printed = {item.article_id for item in items} | {also.article_id for item in items for also in item.also}
    return (printed - {None}) | {left.article_id for left in issue.left_out}


def _press(store: Store) -> Press:
    links = Links("https://news.example.org", "a-secret-of-more-than-thirty-two-letters")
    return Press(
        store=store,
        links=links,
        media=Path(),
        actor="bench",
        journals=Path(),
        clock=lambda: SLOT.ends + timedelta(hours=1),
    )


def _peak() -> float:
    """The most memory that this process had so far, in MB (Linux counts in KiB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        fill(sys.argv[2], int(sys.argv[3]))
    else:
        print(json.dumps(run(sys.argv[2])))
