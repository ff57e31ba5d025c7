"""What other programs sent: the posts in their exports, one by one."""

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from newsletter.errors import NewsletterError
from newsletter.model.past_issue import PastIssue
from newsletter.moving.archive import members
from newsletter.moving.newcomer import Problem
from newsletter.moving.posts import Post, beehiiv, buttondown, ghost, past_issue, substack
from newsletter.moving.table import Source, rows, shape

#: Octets of one post, and of an export in one JSON file, which is read whole.
_LARGEST_POST, _LARGEST_JSON = 5 << 20, 500 << 20
_Reader = Callable[[Mapping[str, str]], Post]


@dataclass(frozen=True, slots=True)
class History:
    """An export of posts: ``product`` is the program, ``size`` about how many posts there are to read."""

    product: str
    size: int
    posts: Callable[[], Iterable[tuple[int, Post | Problem]]]

    def issues(self) -> Iterator[PastIssue | Problem]:
        """Each post as a past issue, or why it is none."""
        for line, post in self.posts():
            if isinstance(post, Problem):
                yield post
                continue
            try:
                yield past_issue(post, self.product)
            except NewsletterError as error:
                yield Problem(line=line, sentence=str(error), row=(post.title,))


def open_history(path: Path) -> History:
    """Look at an export: an archive, a folder, a table or a JSON file. ``NewsletterError`` if it is none that is known."""
    try:
        files = _files(path)
    except FileNotFoundError:
        raise NewsletterError(f"There is no file {path.name}.") from None
    except (OSError, zipfile.BadZipFile) as error:
        raise NewsletterError(f"{path.name} cannot be read ({type(error).__name__}).") from error
    for name, source in sorted(files.items()):
        if name.casefold().endswith(".json") and (posts := _ghost_posts(source)) is not None:
            return History("ghost", len(posts), lambda posts=posts: enumerate(map(ghost, posts), 1))  # type: ignore[misc]
    for name, source in sorted(files.items()):
        if name.casefold().endswith(".csv") and (found := _table(source, files)) is not None:
            return found
    raise NewsletterError(
        f"{path.name} is no export of posts that is known: Substack's or Buttondown's archive, beehiiv's table of posts, or "
        "Ghost's JSON file."
    )


def _files(path: Path) -> dict[str, Source]:
    if path.is_dir():
        found = (one for one in sorted(path.rglob("*")) if one.is_file() and not one.is_symlink())
        return {one.relative_to(path).as_posix(): _file(one) for one in found}
    if zipfile.is_zipfile(path):
        return {name: source for name, source, _ in members(path)}
    with path.open("rb"):
        return {path.name: _file(path)}


def _file(path: Path) -> Source:
    return lambda: path.open("rb")


def _ghost_posts(source: Source) -> list[dict[str, Any]] | None:
    try:
        held = json.loads(_text(source, _LARGEST_JSON))
        data = held["db"][0]["data"] if "db" in held else held["data"]
        return [post for post in data["posts"] if isinstance(post, dict)]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        return None


def _table(source: Source, files: Mapping[str, Source]) -> History | None:
    try:
        found = shape(source)
    except NewsletterError:
        return None
    heading = tuple(cell.strip().casefold() for cell in found.first[0]) if found.first else ()
    bodies = {
        PurePosixPath(one).stem.casefold(): one for one in files if one.casefold().endswith((".html", ".md", ".txt"))
    }

    def body(*names: str) -> tuple[str, bool] | None:
        """The text of the file that has one of those names, and whether it is Markdown."""
        file = next((bodies[one.casefold()] for one in names if one and one.casefold() in bodies), None)
        return None if file is None else (_text(files[file], _LARGEST_POST), not file.casefold().endswith(".html"))

    known: dict[str, tuple[set[str], _Reader]] = {
        "beehiiv": ({"web_title", "content_html"}, beehiiv),
        "substack": ({"post_id", "post_date", "title"}, partial(substack, body)),
        "buttondown": ({"subject", "publish_date"}, partial(buttondown, body)),
    }
    for product, (columns, read) in known.items():
        if columns <= set(heading):
            return History(product, _count(source), partial(_posts, source, heading, read))
    return None


def _posts(source: Source, heading: tuple[str, ...], read: _Reader) -> Iterator[tuple[int, Post | Problem]]:
    lines = rows(source, shape(source), longest_cell=_LARGEST_POST)
    next(lines, None)
    for line in lines:
        if line.broken:
            yield line.number, Problem(line=line.number, sentence=line.broken)
            continue
        try:
            yield line.number, read(dict(zip(heading, line.cells, strict=False)))
        except NewsletterError as error:
            yield line.number, Problem(line=line.number, sentence=str(error), row=tuple(line.cells[:3]))


def _count(source: Source) -> int:
    with source() as stream:
        return sum(1 for _ in stream) - 1


def _text(source: Source, most: int) -> str:
    with source() as stream:
        held = stream.read(most + 1)
    if len(held) > most:
        raise NewsletterError(f"a file of it is longer than {most >> 20} MB")
    return held.decode("utf-8-sig", errors="replace")
