import re
from pathlib import Path

import pytest

from newsletter.assets import asset
from newsletter.errors import RenderError
from newsletter.render.templates import style_sheet
from newsletter.render.theme import PAIRS, contrast, load_theme

THEMES = sorted(path.stem for path in (asset("templates") / "email/themes").glob("*.toml"))
INLINE = (asset("templates") / "email/_base/inline.css").read_text()


def test_the_contrast_of_black_on_white_is_21_and_of_a_colour_on_itself_1() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#8c1d18", "#8c1d18") == pytest.approx(1)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", THEMES)
def test_every_text_of_every_theme_can_be_read(name: str, scheme: str) -> None:
    palette = getattr(load_theme(name), scheme)
    faint = [(text, ground) for text, ground, least in PAIRS if contrast(palette[text], palette[ground]) < least]
    assert faint == []


def test_an_unknown_theme_is_refused_and_the_known_ones_are_named() -> None:
    for name in ("nosuch", "../themes/harbour", ""):
        with pytest.raises(RenderError, match=r"broadsheet, harbour"):
            load_theme(name)


@pytest.mark.parametrize("name", THEMES)
def test_the_style_block_that_stays_in_the_mail_is_at_most_2_kb(name: str) -> None:
    assert len(style_sheet("keep.css", load_theme(name)).encode()) <= 2048


@pytest.mark.parametrize("name", THEMES)
def test_every_coloured_class_changes_with_the_dark_scheme_and_in_outlook(name: str) -> None:
    """A class that is given a colour and forgotten in the dark would be dark ink on a dark card."""
    theme = load_theme(name)
    kept = style_sheet("keep.css", theme)
    dark = kept[kept.index("@media (prefers-color-scheme: dark)") : kept.index("[data-ogs")]
    # In these nothing stands but a link or a picture with a colour of its own, or nothing to see at all.
    no_text_of_its_own = {"preheader", "name", "more"}
    coloured = set(re.findall(r"^\.(\w+) \{.*?[; ]color:", INLINE, re.MULTILINE)) - no_text_of_its_own
    grounded = set(re.findall(r"^\.(\w+) \{.*?background-color:", INLINE, re.MULTILINE))
    assert coloured
    for names, property_, mirror in ((coloured, "color", "ogsc"), (grounded, "background-color", "ogsb")):
        for name_ in names:
            assert re.search(rf"\.{name_}\b[^{{}}]*\{{{property_}:", dark), (name_, property_)
            assert f"[data-{mirror}] .{name_}" in kept, (name_, mirror)


def test_the_style_sheet_for_inlining_has_single_classes_hex_and_pixels_only() -> None:
    for rule in style_sheet("inline.css", load_theme("broadsheet")).split("}")[:-1]:
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
def test_a_broken_theme_names_what_is_wrong(
    given: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "email/themes"
    folder.mkdir(parents=True)
    good = (asset("templates") / "email/themes/broadsheet.toml").read_text()
    key = given.partition("\n")[2].partition(" =")[0]
    broken = re.sub(rf"^{key} = .*$", given.partition("\n")[2], good, count=1, flags=re.MULTILINE) if key else given
    (folder / "mine.toml").write_text(broken)
    monkeypatch.setattr("newsletter.render.theme.asset", lambda _name: tmp_path)
    with pytest.raises(RenderError, match=sentence):
        load_theme("mine")
