"""What a reader meets on a page, measured in its boxes: words, pictures, buttons, links."""

from dataclasses import dataclass
from typing import Any

_LOOK = """() => {
  const root = document.documentElement, preheader = document.querySelector("body > div")
  const spoken = text => text.replace(/[\\s\\u200b]/g, "")
  const boxOf = node => { const range = document.createRange(); range.selectNodeContents(node); return range.getBoundingClientRect() }
  const seen = element => element.checkVisibility() && element.getClientRects().length
  let letters = 0, smallest = 99
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node; node = walker.nextNode();) {
    const text = spoken(node.data), box = boxOf(node)
    if (!text || preheader.contains(node) || !seen(node.parentElement) || !box.width || !box.height) continue
    letters += text.length
    smallest = Math.min(smallest, parseFloat(getComputedStyle(node.parentElement).fontSize))
  }
  // A description is cut off unless the same words in a plain box of the same width are no taller than the picture.
  const cut = [...document.images].filter(one => !one.naturalWidth).filter(one => {
    const box = one.getBoundingClientRect(), plain = document.createElement("div"), sign = 20
    plain.style.cssText = getComputedStyle(one).cssText
    Object.assign(plain.style, { display: "block", position: "absolute", width: `${box.width - sign}px`, height: "auto" })
    plain.textContent = one.alt; document.body.append(plain)
    const wanted = plain.getBoundingClientRect().height; plain.remove()
    return !one.alt || !seen(one) || box.width < 60 || box.height < Math.max(wanted, 15)
  }).map(one => one.outerHTML.slice(0, 90))
  // A button is a link that is alone in a cell which has a colour.
  const coloured = cell => cell.getAttribute("bgcolor") && spoken(cell.textContent) === spoken(cell.querySelector("a")?.textContent ?? "")
  const buttons = [...document.querySelectorAll("td[align=center]")].filter(cell => cell.querySelector("a") && coloured(cell)).map(cell => {
    const outer = cell.getBoundingClientRect(), inner = boxOf(cell.querySelector("a"))
    return [inner.left - outer.left, inner.top - outer.top, outer.right - inner.right, outer.bottom - inner.bottom].map(Math.round)
  })
  // WCAG 2.2, 2.5.8: a link among the words of a sentence is as high as its line.
  const inSentence = link => {
    const block = link.closest("p, li, h1, h2, h3, td"), around = spoken(block.textContent).replace(/[·()|]/g, "")
    const linked = [...block.querySelectorAll("a")].map(one => spoken(one.textContent)).join("")
    return around.length > linked.length
  }
  const low = [...document.links].filter(link => seen(link) && link.getBoundingClientRect().height < 24 && !inSentence(link))
    .map(link => `${link.textContent.trim().slice(0, 40)} ${link.getBoundingClientRect().height}`)
  return { sideways: root.scrollWidth - innerWidth, letters, smallest, cut, buttons, low, links: document.links.length,
    preheader: preheader.getClientRects().length > 0 }
}"""


@dataclass(frozen=True, slots=True)
class Sight:
    """Of one rendering. Lengths in CSS pixels.

    ``sideways`` is how far the page goes beyond the window, ``letters`` the number of visible letters without the
    preheader, ``smallest`` the size of the smallest type, ``cut`` the blocked pictures whose description does not
    show, ``buttons`` the room (left, top, right, bottom) around the words of each button, ``low`` the links that stand
    alone and are lower than 24, ``preheader`` whether that shows.
    """

    sideways: float
    letters: int
    smallest: float
    cut: list[str]
    buttons: list[list[int]]
    low: list[str]
    links: int
    preheader: bool

    def faults(self, letters: int) -> list[str]:
        """What is wrong with it, in sentences; ``letters`` is how many the whole mail has."""
        said = {
            f"it goes {self.sideways} pixels beyond the window": self.sideways > 0,
            f"it shows {self.letters} letters of {letters}": abs(self.letters - letters) > 2,
            f"it has type of {self.smallest} pixels": self.smallest < 11,
            f"descriptions do not show: {self.cut}": bool(self.cut),
            f"buttons have no room: {self.buttons}": any(
                side < least for room in self.buttons for side, least in zip(room, (24, 12) * 2, strict=True)
            ),
            f"links are low: {self.low}": bool(self.low),
            "the preheader shows": self.preheader,
        }
        return [sentence for sentence, wrong in said.items() if wrong]


def look(page: Any) -> Sight:
    return Sight(**page.evaluate(_LOOK))
