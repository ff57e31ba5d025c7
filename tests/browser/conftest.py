from collections.abc import Iterator

import pytest

from browser.viewer import Viewer, opened


@pytest.fixture(scope="module")
def viewer() -> Iterator[Viewer]:
    """One Chromium for a module. Not for the session: Playwright's event loop would stay, and no test could run its own."""
    with opened() as made:
        yield made
