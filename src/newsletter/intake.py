"""Taking in: files, pages and sources become articles in the store."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from newsletter.errors import IngestError
from newsletter.ingest.feed import Feed, read_feed
from newsletter.ingest.fetch import Fetcher
from newsletter.ingest.media import keep_images
from newsletter.ingest.read import read_path, read_url
from newsletter.model.article import Article
from newsletter.model.source import Source
from newsletter.store.articles import Added
from newsletter.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """The way in. ``media`` is the folder for pictures of local articles, ``media_url`` the address of one of them."""

    store: Store
    media: Path
    media_url: Callable[[str], str]
    clock: Callable[[], datetime]

    def add_file(self, path: Path, *, note: str = "") -> tuple[Article, Added]:
        """Read one page or Markdown file into the store, with what the editor wrote beside it."""
        article = keep_images(read_path(path, now=self.clock()), path.parent, self.media, self.media_url)
        return self.store.articles.add(replace(article, note=note), now=self.clock())

    def add_url(self, url: str, fetcher: Fetcher, *, note: str = "") -> tuple[Article, Added]:
        """Fetch one page into the store, with what the editor wrote beside it."""
        article = read_url(url, fetcher, now=self.clock())
        return self.store.articles.add(replace(article, note=note), now=self.clock())

    def add_source(self, url: str, fetcher: Fetcher) -> tuple[Source, Counter[Added]]:
        """Fetch a feed once, and only if it is one remember it as a source."""
        fetched = fetcher.get(url)
        feed = read_feed(fetched.content, feed_url=fetched.url, content_type=fetched.content_type, now=self.clock())
        source = self.store.sources.add(Source(url=url, title=feed.title or url))
        # The answer's ETag is not kept here: the first `fetch` then proves that the source works from the store alone.
        return source, self._take_in(source, feed)

    def fetch_source(self, source: Source, fetcher: Fetcher) -> Counter[Added]:
        """Poll one source; a failure is written on the source and raised, and nothing of that poll is half-stored."""
        source_id = int(source.id or 0)
        try:
            fetched = fetcher.get(source.url, etag=source.etag, last_modified=source.last_modified)
            taken: Counter[Added] = Counter()
            if not fetched.not_modified:
                feed = read_feed(
                    fetched.content, feed_url=fetched.url, content_type=fetched.content_type, now=self.clock()
                )
                taken = self._take_in(source, feed)
        except IngestError as error:
            self.store.sources.update(source_id, last_error=str(error))
            raise
        marks = {} if fetched.not_modified else {"etag": fetched.etag, "last_modified": fetched.last_modified}
        self.store.sources.update(source_id, fetched_at=self.clock(), last_error="", **marks)
        return taken

    def _take_in(self, source: Source, feed: Feed) -> Counter[Added]:
        articles = [replace(article, source_id=source.id) for article in feed.articles]
        return Counter(self.store.articles.add(article, now=self.clock())[1] for article in articles)
