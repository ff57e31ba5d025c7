"""Contrast as it is painted: what the browser darkens by itself, no computed style tells, and only the pixels show."""

from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image as Drawing

#: The boxes of all words that show, a line each, in CSS pixels; of a blocked picture, the box of its description
#: without the sign of a broken picture that stands before it.
_WORDS = """() => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node; node = walker.nextNode();) {
    if (!/[\\p{L}\\p{N}]/u.test(node.data) || !node.parentElement.checkVisibility()) continue
    const range = document.createRange(); range.selectNodeContents(node)
    for (const box of range.getClientRects()) found.push([node.data.trim().slice(0, 60), box.x, box.y, box.width, box.height])
  }
  for (const image of document.images) {
    if (image.naturalWidth || !image.alt) continue
    const box = image.getBoundingClientRect(), sign = 22
    found.push([image.alt, box.x + sign, box.y, box.width - 2 * sign, Math.min(box.height, 24)])
  }
  return found.filter(([, , , width, height]) => width > 4 && height > 4)
}"""


@dataclass(frozen=True, slots=True)
class Painted:
    """A line of words with the colour around it and the colour of its letters (red, green, blue), farthest from it."""

    words: str
    ground: tuple[int, int, int]
    letters: tuple[int, int, int]

    @property
    def contrast(self) -> float:
        """From 1 to 21 (WCAG 2.2). Thin letters are painted paler than their colour, so this is at most what it is."""
        one, other = sorted((_luminance(self.ground), _luminance(self.letters)))
        return (other + 0.05) / (one + 0.05)


def painted(page: Any, scale: int) -> list[Painted]:
    """Every line of words on a page that is shown with ``scale`` pixels to a CSS pixel."""
    boxes = page.evaluate(_WORDS)
    with Drawing.open(BytesIO(page.screenshot(full_page=True))) as opened:
        picture = opened.convert("RGB")
    return [_line(picture, words, [side * scale for side in box]) for words, *box in boxes]


def _line(picture: Drawing.Image, words: str, box: list[float]) -> Painted:
    left, top, width, height = box
    cut = picture.crop((round(left), round(top), round(left + width), round(top + height)))
    counted: Any = cut.getcolors(cut.width * cut.height)
    ground = max(counted)[1]
    there = _luminance(ground)
    letters = max((colour for _, colour in counted), key=lambda colour: abs(_luminance(colour) - there))
    return Painted(words, ground, letters)


@cache
def _luminance(colour: tuple[int, int, int]) -> float:
    """Relative luminance (WCAG 2.2)."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
