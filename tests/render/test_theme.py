from pathlib import Path

import pytest

from newsletter.render.theme import PAIRS, contrast, load_theme

THEMES = sorted(path.stem for path in (Path(__file__).parents[2] / "templates/email/themes").glob("*.toml"))


def test_two_themes_are_shipped_at_least() -> None:
    assert len(THEMES) >= 2


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_pair_of_text_and_background_can_be_read(name: str, scheme: str) -> None:
    palette = getattr(load_theme(name), scheme)
    for ink, paper, least in PAIRS:
        assert contrast(palette[ink], palette[paper]) >= least, f"{ink} on {paper}"
    assert contrast(palette["card"], palette["accent"]) >= 4.5, "a button's text"


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#8c1d18", "#8c1d18") == 1
