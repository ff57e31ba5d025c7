"""Take pictures of every mail in every theme, to look at: `make pictures-mail`. They go to build/pictures/mail."""

import sys
from pathlib import Path

from browser.mails import MAILS, THEMES, mail
from browser.viewer import Scheme, Viewer, opened

FOLDER = Path(__file__).parents[1] / "build" / "pictures" / "mail"
WIDTHS = (640, 375)
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


def take(viewer: Viewer, folder: Path, names: tuple[str, ...] = MAILS) -> list[Path]:
    """The mails of these names as PNG files in ``folder``: each theme, width and scheme, the whole length."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = []
    for name in names:
        for theme in THEMES:
            for width in WIDTHS:
                for scheme in SCHEMES:
                    page = viewer.show(mail(name, theme), width, scheme, pictures=True)
                    taken.append(folder / f"{name.replace(' ', '-').lower()}-{theme}-{width}-{scheme}.png")
                    page.screenshot(path=taken[-1], full_page=True)
    return taken


def main() -> None:
    """Take them all and say how many."""
    with opened() as viewer:
        taken = take(viewer, FOLDER)
    sys.stdout.write(f"{len(taken)} pictures in {FOLDER}\n")


if __name__ == "__main__":
    main()
