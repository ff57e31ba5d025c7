"""The pictures that `make pictures-mail` takes."""

from pathlib import Path

from PIL import Image as Drawing

from browser.viewer import NEEDS_CHROMIUM, Viewer
from docs.make_mail_pictures import take

pytestmark = NEEDS_CHROMIUM


def test_a_mail_is_taken_in_each_theme_width_and_scheme(viewer: Viewer, tmp_path: Path) -> None:
    taken = take(viewer, tmp_path / "mail", ("confirm",))
    assert sorted(path.name for path in taken) == sorted(path.name for path in (tmp_path / "mail").iterdir())
    assert len(taken) == 8
    widths, corners = set(), set()
    for path in taken:
        with Drawing.open(path) as picture:
            widths.add(picture.width)
            corners.add(picture.convert("RGB").getpixel((2, picture.height - 2)))
    assert widths == {640, 375}
    assert len(corners) == 4
