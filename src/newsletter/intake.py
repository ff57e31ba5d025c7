"""Taking in: files, pages and sources become articles in the store."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from newsletter.errors import FetchError, IngestError
from newsletter.ingest.feed import Feed, read_feed
from newsletter.ingest.fetch import Fetched, Fetcher
from newsletter.ingest.folder import fingerprint, folder_path, read_folder
from newsletter.ingest.limits import bounded
from newsletter.ingest.media import keep_images
from newsletter.ingest.read import read_path, read_url
from newsletter.model.article import Article
from newsletter.model.source import Source, rest
from newsletter.store.articles import Added
from newsletter.store.store import Store

#: In a feed of more items than this one of long ago may be a standing item.
_FEW = 3
#: How publishers mark a story that they take back without taking it down.
_TAKEN_BACK = re.compile(r"\W*(?:retracted|withdrawn)\b\s*[:\]–—-]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What one poll of one source brought. ``error`` is the sentence of its failure, empty if it did not fail."""

    source: Source
    taken: Counter[Added] = field(default_factory=Counter)
    retracted: int = 0
    warnings: tuple[str, ...] = ()
    error: str = ""

    def __str__(self) -> str:
        """The poll in words: ``2 new, 1 changed, 1 retracted``."""
        if self.error:
            return f"failed. {self.error}"
        counted = [f"{count} {result}" for result, count in sorted(self.taken.items())]
        said = ", ".join([*counted, f"{self.retracted} retracted"] if self.retracted else counted) or "nothing new"
        return " ".join([said, *(f"({warning})" for warning in self.warnings)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """The way in. ``media`` is the folder for pictures of local articles, ``media_url`` the address of one of them."""

    store: Store
    media: Path
    media_url: Callable[[str], str]
    clock: Callable[[], datetime]

    def add_file(self, path: Path, *, note: str = "") -> tuple[Article, Added]:
        """Read one page or Markdown file into the store, with what the editor wrote beside it."""
        article = self._with_pictures(path, read_path(path, now=self.clock()))
        return self.store.articles.add(replace(article, note=note), now=self.clock())

    def add_url(self, url: str, fetcher: Fetcher, *, note: str = "") -> tuple[Article, Added]:
        """Fetch one page into the store, with what the editor wrote beside it."""
        article = bounded(read_url(url, fetcher, now=self.clock()))
        return self.store.articles.add(replace(article, note=note), now=self.clock())

    def add_source(self, url: str, fetcher: Fetcher) -> Polled:
        """Fetch a feed once, and only if it is one remember it as a source."""
        fetched = fetcher.get(url)
        feed = self._feed(fetched)
        source = self.store.sources.add(Source(url=url, title=feed.title or url))
        # The answer's ETag is not kept here: the first `fetch` then proves that the source works from the store alone.
        self._update(source, **self._well())
        return self._take_in(source, feed)

    def add_folder(self, folder: Path) -> Polled:
        """Read a folder once, and if that is possible watch it from now on."""
        absolute = folder.resolve()
        fingerprint(absolute)
        source = self.store.sources.add(Source(url=absolute.as_uri(), title=absolute.name or str(absolute)))
        return self.poll(source, None)

    def fetch_due(self, fetcher: Fetcher, *, progress: Callable[[Source], None] = lambda _: None) -> tuple[Polled, ...]:
        """Poll every source that is due; one that fails does not hold up the others."""
        due = [source for source in self.store.sources.all() if source.is_due(self.clock())]
        polled = []
        for source in due:
            polled.append(self.poll(source, fetcher))
            progress(source)
        return tuple(polled)

    def poll(self, source: Source, fetcher: Fetcher | None) -> Polled:
        """Poll one source now, due or not. A failure is written on the source, and nothing of that poll is half-stored."""
        try:
            return self._read_folder(source) if source.is_folder or fetcher is None else self._fetch(source, fetcher)
        except IngestError as error:
            failures = source.failures + 1
            after = timedelta(seconds=error.retry_after or 0) if isinstance(error, FetchError) else None
            gone = isinstance(error, FetchError) and error.gone
            due_at = self.clock() + rest(failures, retry_after=after, gone=gone)
            self._update(source, last_error=str(error), failures=failures, due_at=due_at)
            return Polled(source=source, error=str(error))

    def _fetch(self, source: Source, fetcher: Fetcher) -> Polled:
        fetched = fetcher.get(source.url, etag=source.etag, last_modified=source.last_modified)
        well = self._well()
        if fetched.moved_to and fetched.moved_to not in {known.url for known in self.store.sources.all()}:
            well["url"] = fetched.moved_to
        if fetched.not_modified:
            self._update(source, **well)
            return Polled(source=source, warnings=source.warnings)
        polled = self._take_in(source, self._feed(fetched))
        marks = {"etag": fetched.etag, "last_modified": fetched.last_modified, "warnings": list(polled.warnings)}
        self._update(source, **well, **marks)
        return polled

    def _read_folder(self, source: Source) -> Polled:
        """Poll a watched folder. A file that was taken out of it has been printed or put away: that retracts nothing."""
        path = folder_path(source.url)
        mark = fingerprint(path)
        well = self._well()
        if mark == source.etag:
            self._update(source, **well)
            return Polled(source=source, warnings=source.warnings)
        folder = read_folder(path, now=self.clock())
        articles: list[Article] = []
        warnings = list(folder.warnings)
        for file, article in folder.articles:
            try:
                articles.append(replace(self._with_pictures(file, article), source_id=source.id))
            except IngestError as error:
                warnings.append(f"{file.name}: {error}")
        added = self.store.articles.add_all(articles, now=self.clock())
        # A file that could not be read is tried again: its picture may come, or its permission be mended.
        self._update(source, **well, etag=None if warnings else mark, warnings=warnings)
        return Polled(source=source, taken=Counter(result for _, result in added), warnings=tuple(warnings))

    def _feed(self, fetched: Fetched) -> Feed:
        return read_feed(fetched.content, feed_url=fetched.url, content_type=fetched.content_type, now=self.clock())

    def _take_in(self, source: Source, feed: Feed) -> Polled:
        """Store a feed's articles in one transaction, and mark those that its publisher took back."""
        now = self.clock()
        articles = [replace(bounded(_marked(article, now)), source_id=source.id) for article in feed.articles]
        added = self.store.articles.add_all(articles, now=now)
        gone = self._gone(source, feed, articles)
        self.store.articles.retract([int(article.id or 0) for article in gone], now=now)
        marked = sum(1 for article, result in added if article.retracted_at and result is not Added.UNCHANGED)
        taken = Counter(result for _, result in added)
        return Polled(source=source, taken=taken, retracted=len(gone) + marked, warnings=feed.warnings)

    def _gone(self, source: Source, feed: Feed, listed: Sequence[Article]) -> list[Article]:
        """What is younger than the oldest items of the feed and no longer among them."""
        since = _reaches_back_to(feed)
        if since is None:
            return []
        gone = self.store.articles.taken_back(int(source.id or 0), listed, since=since)
        # Nobody takes back most of what they publish: such a feed was set up anew.
        return gone if len(gone) <= max(1, len(listed) // 2) else []

    def _with_pictures(self, path: Path, article: Article) -> Article:
        return keep_images(article, path.parent, self.media, self.media_url)

    def _well(self) -> dict[str, object]:
        """What a success writes on a source."""
        return {"fetched_at": self.clock(), "last_error": "", "failures": 0, "due_at": None}

    def _update(self, source: Source, **changed: object) -> None:
        self.store.sources.update(int(source.id or 0), **changed)


def _marked(article: Article, now: datetime) -> Article:
    """``article``, retracted if its headline says so."""
    return replace(article, retracted_at=now) if _TAKEN_BACK.match(article.headline) else article


def _reaches_back_to(feed: Feed) -> datetime | None:
    """Since when ``feed`` lists everything; ``None`` if that cannot be told.

    A feed lets go of its oldest items first, if it was read whole and its items stand in the order of their dates. Its very
    oldest one may be a standing item of long ago, and counts only where there are few.
    """
    dates = [article.published for article in feed.articles if article.published]
    if feed.warnings or not dates or len(dates) < len(feed.articles):
        return None
    ordered = sorted(dates)
    if dates not in (ordered, ordered[::-1]):
        return None
    return ordered[1] if len(ordered) > _FEW else ordered[0]
