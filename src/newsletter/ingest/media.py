"""Pictures that lie beside a local article: kept under a name that says what they are, to be served with the pages."""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from newsletter.errors import IngestError
from newsletter.model.article import Article, Image

#: What mail programs show. SVG is left out: they do not, and it can carry script.
SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".gif", ".webp"})
MAX_BYTES = 10_000_000


def keep_images(article: Article, beside: Path, media: Path, address: Callable[[str], str]) -> Article:
    """Copy the relative images of the article and its cards from the folder ``beside`` into ``media``; point to them by ``address(name)``.

    Images with an address of their own stay as they are. ``IngestError`` names a picture that is missing, too large, of
    a kind that mail programs do not show, or outside the article's folder tree.
    """

    def kept(image: Image) -> Image:
        return _kept(image, beside, media, address)

    related = (replace(card, image=kept(card.image) if card.image else None) for card in article.related)
    return replace(article, images=tuple(kept(image) for image in article.images), related=tuple(related))


def _kept(image: Image, beside: Path, media: Path, address: Callable[[str], str]) -> Image:
    if not image.url or urlsplit(image.url).scheme:
        return image
    try:
        name = _copied(image.url, beside, media)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise IngestError(
            f"The picture {image.url} cannot be copied to {media}; check its name, and that both can be opened."
        ) from error
    return replace(image, url=address(name))


def _copied(path: str, beside: Path, media: Path) -> str:
    """Copy the picture at ``path``, which a page may have percent-encoded, and return the name of the copy."""
    found = (beside / path).resolve()
    if not found.exists():
        found = (beside / unquote(path)).resolve()
    if not found.is_relative_to(beside.resolve().parent):
        raise IngestError(f"The picture {path} lies outside the article's folders; copy it beside the article.")
    if found.suffix.lower() not in SUFFIXES:
        raise IngestError(f"The picture {path} is not a JPEG, PNG, GIF or WebP file, which is what mail programs show.")
    if not found.is_file():
        raise IngestError(f"The picture {path} is not there; check the path, which is relative to the article.")
    if found.stat().st_size > MAX_BYTES:
        raise IngestError(f"The picture {path} is larger than {MAX_BYTES // 1_000_000} MB; make it smaller.")
    name = hashlib.sha256(found.read_bytes()).hexdigest()[:20] + found.suffix.lower()
    media.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(found, media / name)
    return name
