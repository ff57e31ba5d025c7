import re
from pathlib import Path

import pytest
from lxml import html as lxml_html

from newsletter.assets import asset
from newsletter.errors import RenderError
from newsletter.render.templates import SHIPPED, Templates
from newsletter.render.theme import PAIRS, contrast
from render.sample_issue import letter
from render.sample_mails import every_mail

INLINE = (asset("templates") / "email/_base/inline.css").read_text()


def test_the_contrast_of_black_on_white_is_21_and_of_a_colour_on_itself_1() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#8c1d18", "#8c1d18") == pytest.approx(1)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", SHIPPED.themes)
def test_every_text_of_every_theme_can_be_read(name: str, scheme: str) -> None:
    palette = getattr(SHIPPED.theme(name), scheme)
    faint = [(text, ground) for text, ground, least in PAIRS if contrast(palette[text], palette[ground]) < least]
    assert faint == []


def test_an_unknown_theme_is_refused_and_the_known_ones_are_named() -> None:
    for name in ("nosuch", "../themes/harbour", ""):
        with pytest.raises(RenderError, match=r"broadsheet, harbour"):
            SHIPPED.theme(name)


@pytest.mark.parametrize("name", SHIPPED.themes)
def test_the_style_block_that_stays_in_the_mail_is_at_most_2_kb(name: str) -> None:
    assert len(SHIPPED.style_sheet("keep.css", SHIPPED.theme(name)).encode()) <= 2048


@pytest.mark.parametrize("name", SHIPPED.themes)
def test_everything_coloured_changes_with_the_dark_scheme_and_in_outlook(name: str) -> None:
    """What is given a colour and forgotten in the dark would be dark ink on a dark card."""
    kept = SHIPPED.style_sheet("keep.css", SHIPPED.theme(name))
    dark = kept[kept.index("@media (prefers-color-scheme: dark)") : kept.index("[data-ogs")]
    mails = [mail.html for mail in every_mail(letter(theme=name))]
    seen = 0
    for element in (one for html in mails for one in lxml_html.document_fromstring(html).iter() if one.get("style")):
        declared = {part.partition(":")[0].strip() for part in str(element.get("style")).split(";")}
        classes = str(element.get("class")).split()
        for property_, mirror in (("color", "ogsc"), ("background-color", "ogsb")):
            if (
                property_ in declared
                and "display:none" not in str(element.get("style"))
                and (element.text or element.tag == "img")
            ):
                seen += 1
                assert any(f".{one}{{{property_}:" in dark for one in classes), (element.tag, classes, property_)
                assert any(f"[data-{mirror}] .{one}{{" in kept for one in classes), (classes, mirror)
    assert seen > 100


def test_the_style_sheet_for_inlining_has_single_classes_hex_and_pixels_only() -> None:
    for rule in SHIPPED.style_sheet("inline.css", SHIPPED.theme("broadsheet")).split("}")[:-1]:
        selector, declarations = rule.split("{")
        assert re.fullmatch(r"\.\w+", selector), selector
        assert not re.search(
            r"rgb|var\(|calc\(|\dr?em\b|border-radius|opacity|overflow|position:|float|flex|grid", declarations
        )
        assert not re.search(r"margin[\w-]*:[^;]*-\d|background-image|gradient", declarations), selector


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ('[light]\npaper = "red"', "light.paper as a six-digit colour"),
        ("[scale]\ntitle = [30]", "scale.title as two pixel sizes"),
        ("not toml", "not valid TOML"),
    ],
)
def test_a_broken_theme_names_what_is_wrong(given: str, sentence: str, tmp_path: Path) -> None:
    folder = tmp_path / "email/themes"
    folder.mkdir(parents=True)
    good = (asset("templates") / "email/themes/broadsheet.toml").read_text()
    key = given.partition("\n")[2].partition(" =")[0]
    broken = re.sub(rf"^{key} = .*$", given.partition("\n")[2], good, count=1, flags=re.MULTILINE) if key else given
    (folder / "mine.toml").write_text(broken)
    with pytest.raises(RenderError, match=sentence):
        Templates(tmp_path).theme("mine")
