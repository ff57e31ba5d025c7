"""The one way in which tests look at a page: the system's Chromium, offline, its pages used again and again."""

import os
import shutil
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from typing import Any, Literal

import pytest
from PIL import Image as Drawing

CHROMIUM = shutil.which("chromium")
#: What stands on top of each test module of this folder.
NEEDS_CHROMIUM = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and os.environ.get("CI") != "true", reason="chromium is not installed"),
]

#: ``forced``: the page asks for light, and the browser darkens it all the same, as several mail programs do.
Scheme = Literal["light", "dark", "forced"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark", "forced")


@cache
def a_photograph() -> bytes:
    """A JPEG with the format of the samples' pictures."""
    made = BytesIO()
    Drawing.new("RGB", (1200, 675), "#5b7c8d").save(made, "JPEG")
    return made.getvalue()


@dataclass(slots=True)
class Viewer:
    """Shows a page of HTML. What is shown is gone when the next one is: the pages are few and used again."""

    browser: Any
    pages: dict[tuple[bool, int], tuple[Any, Any]] = field(default_factory=dict)

    def show(
        self, html: str, width: int = 640, scheme: Scheme = "light", *, pictures: bool = False, scale: int = 1
    ) -> Any:
        """The page in a window so many CSS pixels wide; without ``pictures`` they are blocked, as in most inboxes."""
        page, protocol = self._page(pictures, scale)
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        # Without the value, Chromium is told to go back to its own.
        protocol.send("Emulation.setAutoDarkModeOverride", {"enabled": True} if scheme == "forced" else {})
        page.set_content(html)
        return page

    def _page(self, pictures: bool, scale: int) -> tuple[Any, Any]:  # noqa: FBT001 - the key of the pages
        # Pages with and without pictures are never the same: the browser would remember the pictures.
        if (pictures, scale) not in self.pages:
            context = self.browser.new_context(device_scale_factor=scale)
            context.route("**/*", _photographs if pictures else _nothing)
            page = context.new_page()
            self.pages[pictures, scale] = page, context.new_cdp_session(page)
        return self.pages[pictures, scale]


def _nothing(route: Any) -> None:
    route.abort()


def _photographs(route: Any) -> None:
    if route.request.resource_type == "image":
        route.fulfill(body=a_photograph(), content_type="image/jpeg")
    else:
        route.abort()
