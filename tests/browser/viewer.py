"""The one way in which tests look at a page: the system's Chromium, offline, its pages used again and again."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

from newsletter.assets import asset

CHROMIUM = shutil.which("chromium")
#: What stands on top of each test module of this folder.
NEEDS_CHROMIUM = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and os.environ.get("CI") != "true", reason="chromium is not installed"),
]

#: ``forced``: the page asks for light, and the browser darkens it all the same, as several mail programs do.
Scheme = Literal["light", "dark", "forced"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark", "forced")


#: Which picture of the sample magazine stands for which of the sample issue.
_PICTURES = {
    "ferry": "petrel-under-tow",
    "mill": "brennock-narrows",
    "boats": "oldquay-herring-boats",
    "wall": "skarrow-sea-wall",
}


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
    found = _PICTURES.get(PurePosixPath(urlsplit(route.request.url).path).stem)
    if found and route.request.resource_type == "image":
        route.fulfill(path=asset("samples") / "magazine" / "images" / f"{found}.jpg")
    else:
        route.abort()


@contextmanager
def opened() -> Iterator[Viewer]:
    """A viewer in a Chromium of its own, closed at the end."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM or "/usr/bin/chromium", args=["--no-sandbox", "--disable-background-networking"]
        )
        yield Viewer(started)
        started.close()
