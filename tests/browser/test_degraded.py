"""Mails after what mail programs do to them: everything is still there, in the window, readable and within reach."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from browser.axe import PAGE_RULES, faint, findings
from browser.degradations import DEGRADATIONS, as_word_would, without_classes, without_limits, without_style_blocks
from browser.mails import BODY, ISSUES, MAILS, SERVICE, THEMES, mail
from browser.painted import painted
from browser.sight import Sight, look
from browser.viewer import NEEDS_CHROMIUM, Scheme, Viewer

pytestmark = NEEDS_CHROMIUM
#: Width in CSS pixels, scheme, and pixels to each of them: the fourth is the first at twice its size.
VIEWS: tuple[tuple[int, Scheme, int], ...] = (
    (640, "light", 1),
    (375, "light", 1),
    (320, "light", 1),
    (320, "light", 2),
    (640, "forced", 1),
)


def letters_of(viewer: Viewer, html: str) -> int:
    return look(viewer.show(html)).letters


def runs(viewer: Viewer, html: str, degradation: str) -> Iterator[tuple[str, Sight]]:
    """What is seen of a mail in each view, with pictures and without."""
    left = DEGRADATIONS[degradation](html)
    for width, scheme, scale in VIEWS:
        for pictures in (False, True):
            page = viewer.show(left, width, scheme, pictures=pictures, scale=scale)
            yield f"{width} px x {scale}, {scheme}, {'with' if pictures else 'without'} pictures", look(page)


@pytest.mark.parametrize("degradation", DEGRADATIONS)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", ISSUES)
def test_an_issue_stays_whole_whatever_is_taken_from_it(
    viewer: Viewer, name: str, theme: str, degradation: str
) -> None:
    html = mail(name, theme)
    letters = letters_of(viewer, html)
    assert letters > 2000
    wrong = {view: seen.faults(letters) for view, seen in runs(viewer, html, degradation)}
    assert len(wrong) == 10
    assert {view: faults for view, faults in wrong.items() if faults} == {}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", SERVICE)
def test_a_service_mail_stays_whole_whatever_is_taken_from_it(viewer: Viewer, name: str, theme: str) -> None:
    html = mail(name, theme)
    letters = letters_of(viewer, html)
    for degradation, less in DEGRADATIONS.items():
        for width in (640, 320):
            seen = look(viewer.show(less(html), width))
            assert seen.faults(letters) == [], (degradation, width)
            assert len(seen.buttons) == 1


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", MAILS)
def test_a_mail_stays_whole_as_word_lays_it_out(viewer: Viewer, name: str, theme: str) -> None:
    """Word knows no padding of links, so there their words alone are the target; it runs on desks only."""
    html = mail(name, theme)
    letters = letters_of(viewer, html)
    for pictures in (False, True):
        seen = look(viewer.show(as_word_would(html), 640, pictures=pictures))
        assert replace(seen, low=[]).faults(letters) == [], pictures
        assert len(seen.buttons) == (0 if name in ISSUES else 1)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", MAILS)
def test_without_style_blocks_every_text_can_be_read(viewer: Viewer, name: str, theme: str) -> None:
    page = viewer.show(without_style_blocks(mail(name, theme)))
    assert findings(page, without=PAGE_RULES) == []
    weighed, fainter = faint(page, BODY)
    assert fainter == []
    assert weighed >= (15 if name in ISSUES else 1)


@pytest.mark.parametrize("degradation", [without_style_blocks, without_classes, as_word_would])
@pytest.mark.parametrize("theme", THEMES)
def test_in_the_dark_too_every_word_can_be_read(viewer: Viewer, theme: str, degradation: Callable[[str], str]) -> None:
    """Where only half of the dark palette arrives, no letters may be left on a ground of their own kind."""
    lines = painted(viewer.show(degradation(mail("issue", theme)), 375, "dark", scale=2), 2)
    assert len(lines) > 80
    assert [line for line in lines if line.contrast < 4.5] == []


def test_each_degradation_takes_away_what_it_says() -> None:
    html = mail("issue", THEMES[0])
    assert "<style" in html
    assert "<style" not in without_style_blocks(html)
    assert ' class="' not in without_classes(html)
    assert "<style" in without_classes(html)
    assert " max-width:" not in without_limits(html).partition("<body")[2]
    word = as_word_would(html)
    assert word.count("<table") == html.count("<table")
    for gone in ("[if mso]", "inline-block", "max-width", "min-width", "@media", "<o:", "padding:24px 12px"):
        assert gone in html, gone
        assert gone not in word, gone
    assert "border-top:1px solid" in word


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("max-width:640px", "min-width:700px", "pixels beyond the window"),
        ("<h1 ", "<h1 hidden ", "letters of"),
        ("font-size:13px", "font-size:10px", "type of 10 pixels"),
        ('alt="A drawing of the ferry"', 'alt=""', "descriptions do not show"),
        ("height:auto", "height:8px", "descriptions do not show"),
        ("padding:5px 0", "padding:1px 0", "links are low"),
        ("display:none", "display:block", "the preheader shows"),
    ],
)
def test_the_control_a_spoilt_issue_is_found_out(viewer: Viewer, old: str, new: str, sentence: str) -> None:
    html = mail("issue", THEMES[0])
    letters = letters_of(viewer, html)
    assert old in html
    assert sentence in " ".join(look(viewer.show(html.replace(old, new))).faults(letters))


def test_the_control_a_button_without_padding_is_found_out(viewer: Viewer) -> None:
    html = mail("confirm", THEMES[0]).replace("mso-padding-alt:14px 28px", "mso-padding-alt:0")
    seen = look(viewer.show(as_word_would(html)))
    assert "buttons have no room" in " ".join(seen.faults(seen.letters))


def test_the_control_pictures_show_or_do_not(viewer: Viewer) -> None:
    html = mail("issue", THEMES[0])
    for pictures in (True, False, True):
        page = viewer.show(html, pictures=pictures)
        assert page.evaluate("[...document.images].map(one => one.naturalWidth > 0)") == [pictures] * 4
