"""The page that sets a real week beside our issue says what is so today."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from newsletter.model.quotation import fold
from newsletter.model.sentences import sentences, word_count

ROOT = Path(__file__).parents[1]
SEEDS = ROOT.parent / "shared" / "seeds"
PAGE = ROOT / "docs" / "seed-week.md"

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not SEEDS.is_dir() and os.environ.get("CI") != "true", reason="the real pages are not here"),
]


def test_the_figures_of_the_page_are_those_that_the_command_computes() -> None:
    asked = [sys.executable, str(ROOT / "docs" / "make_seed_week.py"), "--table"]
    computed = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    assert computed.count("\n") > 10
    assert f"\n{computed}\n" in PAGE.read_text(), "run: make seed-week"


def test_no_sentence_of_the_real_pages_stands_in_the_docs() -> None:
    texts = [path.read_text(encoding="utf-8") for path in SEEDS.glob("*.txt")]
    told = {fold(one) for text in texts for line in text.splitlines() for one in sentences(line) if word_count(one) > 5}
    assert len(told) > 50
    for page in [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "docs" / "seed_week.html"]:
        text = f" {fold(page.read_text(encoding='utf-8'))} "
        assert [one for one in told if f" {one} " in text] == [], page.name
