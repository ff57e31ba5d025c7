"""The elements of a page by their classes, found in one walk.

premailer asks lxml for the elements of each selector in turn, and each answer walks the whole page: with one class a rule
that is most of the time that inlining takes.
"""

import threading
from collections.abc import Sequence

from lxml.html import HtmlElement

_walked = threading.local()


class ByClass:
    """What ``CSSSelector(".name")`` is: called with a page, it answers with the elements of that class, in page order."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, page: HtmlElement) -> Sequence[HtmlElement]:
        """The elements of ``page``. Until ``forget`` is called its classes must not change."""
        if getattr(_walked, "page", None) is not page:
            _walked.page, _walked.elements = page, _elements(page)
        found: Sequence[HtmlElement] = _walked.elements.get(self._name, ())
        return found


def forget() -> None:
    """Let go of the page that was walked last."""
    _walked.page, _walked.elements = None, {}


def _elements(page: HtmlElement) -> dict[str, list[HtmlElement]]:
    found: dict[str, list[HtmlElement]] = {}
    for element in page.iter():
        for name in dict.fromkeys((element.get("class") or "").split()):
            found.setdefault(name, []).append(element)
    return found
