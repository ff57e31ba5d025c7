"""The pictures of an issue become ours: fetched once, made to fit, served from our own address.

A mail that shows a picture from somebody else's server tells that server who reads it, and shows tomorrow what stands
there tomorrow. A picture that cannot be had is left out, with the reason, and never keeps a mail back.
"""

import hashlib
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from newsletter.errors import NewsletterError
from newsletter.ingest.fetch import Fetcher
from newsletter.ingest.picture import fitted
from newsletter.model.issue import Issue, Item, SectionKind
from newsletter.model.picture import Picture
from newsletter.store.store import Store

#: The columns that the templates give to pictures, in CSS pixels.
_COLUMNS = {SectionKind.SPONSOR: 510, SectionKind.MAGAZINE: 268}
_WHOLE_WIDTH = 560
_MOST_BYTES = 10_000_000
_AT_ONCE = 4
#: Seconds for all pictures of an issue together; what is not there by then is asked for the next time.
_PATIENCE = 20.0


class Shelf(Protocol):
    """Where pictures lie so that mail programs find them."""

    def put(self, name: str, content: bytes, content_type: str) -> str:
        """Keep ``content`` under ``name`` and return its public address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """From the addresses that articles name to pictures of ours.

    ``media`` is the folder for pictures of local articles, ``media_url`` what their addresses begin with; every other
    address is fetched by one of ``fetchers``, each thread its own.
    """

    store: Store
    shelf: Shelf
    fetchers: Callable[[], AbstractContextManager[Fetcher]]
    media: Path
    media_url: str
    clock: Callable[[], datetime]

    def illustrate(self, issue: Issue) -> Issue:
        """The issue with every picture at our own address; one that cannot be had has none, and says why."""
        wanted = {(url, _column(section.kind)) for section in issue.sections for i in section.items if (url := _url(i))}
        known = self.store.pictures.of({url for url, _ in wanted})
        missing = sorted(key for key in wanted if not (key in known and known[key].is_settled(self.clock())))
        known |= {(one.source, one.column): one for one in self._fetched(missing)}
        sections = (
            replace(s, items=tuple(_with(i, known.get((_url(i), _column(s.kind)))) for i in s.items))
            for s in issue.sections
        )
        return replace(issue, sections=tuple(sections))

    def _fetched(self, wanted: list[tuple[str, int]]) -> Iterable[Picture]:
        """Fetch and keep these pictures, a few at a time."""
        if not wanted:
            return ()
        pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="picture")
        futures = {pool.submit(self._one, url, column): (url, column) for url, column in wanted}
        wait(futures, timeout=_PATIENCE)
        pool.shutdown(wait=False, cancel_futures=True)
        found = [self._outcome(future, *key) for future, key in futures.items()]
        self.store.pictures.put(found)
        return found

    def _outcome(self, future: "Future[Picture]", url: str, column: int) -> Picture:
        if not future.done() or future.cancelled():
            late = f"It was not there after {_PATIENCE:g} seconds."
            return Picture(source=url, column=column, looked_at=self.clock(), problem=late)
        return future.result()

    def _one(self, url: str, column: int) -> Picture:
        looked_at = self.clock()
        try:
            made = fitted(self._content(url), column)
            name = hashlib.sha256(made.content).hexdigest()[:32] + made.suffix
            own = self.shelf.put(name, made.content, made.content_type)
        except (NewsletterError, OSError) as error:
            return Picture(source=url, column=column, looked_at=looked_at, problem=str(error))
        size = len(made.content)
        return Picture(
            source=url, column=column, looked_at=looked_at, url=own, width=made.width, height=made.height, size=size
        )

    def _content(self, url: str) -> bytes:
        if url.startswith(self.media_url):
            return (self.media / Path(url).name).read_bytes()
        with self.fetchers() as fetcher:
            return fetcher.get(url, max_bytes=_MOST_BYTES).content


def _column(kind: SectionKind) -> int:
    return _COLUMNS.get(kind, _WHOLE_WIDTH)


def _url(item: Item) -> str:
    return (item.image.url or "") if item.image else ""


def _with(item: Item, picture: Picture | None) -> Item:
    if item.image is None or picture is None:
        return item
    if picture.problem:
        return replace(item, image=replace(item.image, url=None, problem=picture.problem))
    return replace(item, image=replace(item.image, url=picture.url, width=picture.width, height=picture.height))
