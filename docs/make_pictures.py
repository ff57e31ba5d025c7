"""Take the pictures of the README from a fresh demo: `make pictures`."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from newsletter.cli.root import run

IMAGES = Path(__file__).parent / "images"
#: name, page, width, height in pixels, colour scheme
SHOTS = (
    ("issue-light", "issue.html", 640, 1420, "light"),
    ("issue-dark", "issue.html", 640, 1420, "dark"),
    ("phone-light", "issue.html", 375, 1420, "light"),
    ("phone-dark", "issue.html", 375, 1420, "dark"),
)


def main() -> None:
    """Run the demo in a temporary folder and photograph its preview."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        if code := run(["demo", "--out", f"{folder}/demo"]):
            sys.exit(code)
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-background-networking"]
        )
        IMAGES.mkdir(exist_ok=True)
        for name, file, width, height, scheme in SHOTS:
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]  # one of the two words
            page.goto(f"file://{folder}/demo/preview/{file}")
            page.screenshot(path=IMAGES / f"{name}.jpg", type="jpeg", quality=82)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
