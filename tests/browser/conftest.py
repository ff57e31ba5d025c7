from collections.abc import Iterator

import pytest
from playwright.sync_api import sync_playwright

from browser.viewer import CHROMIUM, Viewer


@pytest.fixture(scope="module")
def viewer() -> Iterator[Viewer]:
    """One Chromium for a module. Not for the session: Playwright's event loop would stay, and no test could run its own."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM or "/usr/bin/chromium", args=["--no-sandbox", "--disable-background-networking"]
        )
        yield Viewer(started)
        started.close()
