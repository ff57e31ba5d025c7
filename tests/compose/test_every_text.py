"""What holds for every line and every number, whatever the article: the gate lets it pass, and it is whole."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import article
from compose.harbour import ROUND_UP, WEEK
from newsletter.compose.choose.topics import topics
from newsletter.compose.guard.datelines import dateline_doubts
from newsletter.compose.guard.gate import check, source_text
from newsletter.compose.quotes import balanced, whole_sentences
from newsletter.compose.tell.brief import brief, under_headline
from newsletter.compose.tell.bullets import shortened
from newsletter.compose.tell.narrative import narrative
from newsletter.compose.tell.numbers import numbers
from newsletter.ingest.feed import read_feed
from newsletter.ingest.read import read_path
from newsletter.model.article import Article, Quote
from newsletter.model.sentences import word_count
from newsletter.model.slot import Slot

MAGAZINE = Path(__file__).parents[2] / "samples" / "magazine"
SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
SLOT = Slot("2026-W47", "Europe/Berlin")
SENTENCES = (
    "The harbour council of Skarrow decided on Tuesday, Nov. 17, to raise the ferry fares by 12 percent from April.",
    "“We are not asking anybody to pay for our mistakes,” said Ines Okafor, who has chaired the council since 2024.",
    "Okafor added that the two boats would cost 3.8 million crowns, the most since 1978.",
    "It was “the wettest autumn in forty years.",
    "It will cost 74 million crowns.",
    'The pipe of 5" burst at number 12, Mill Street.',
    "But nobody was hurt.",
    "“Eleven sacks make paste. That is all I know,” he said.",
    "Rangers (two of them new) counted 1,611 grey seals, which is 38 more than last autumn, while it rained in Kenya.",
    "She said as follows:",
    "Über 40 Prozent der Fähren fahren am Mittwoch nicht.",
    "海は静かだ。船が出た！",
    "The old wall argues with a wave – so says the warden – and a beach lets it talk, unless the wind turns to the north.",
    "Live.",
    "The council spoke of " + "ropes and buoys and " * 25 + "lamps.",
)


def anything(_: str) -> bool:
    return False


def _samples() -> Iterator[Article]:
    yield from (read_path(file, now=NOW) for file in sorted((MAGAZINE / "articles").glob("*.md")))
    for feed in sorted((MAGAZINE / "feeds").iterdir()):
        yield from read_feed(feed.read_bytes(), feed_url="https://x.example/", content_type=None, now=NOW).articles


PAGES = (article(), *WEEK, ROUND_UP, *_samples())


def hold(page: Article) -> None:
    """Assert of ``page`` what holds for every article."""
    source = source_text(page)
    whole = {sentence for paragraph in page.body for sentence in whole_sentences(paragraph)}
    told = narrative(page, skip=anything)
    if told:
        assert set(told.evidence) <= whole
        assert told.text == " ".join(told.evidence)
        assert 4 <= word_count(told.text) <= 90
    for line in (brief(page, skip=anything), under_headline(page, skip=anything)):
        assert line is None or 1 <= word_count(line.text) <= 30
        assert line is None or _is_whole(line.text, line.evidence[0]) or (line.cut and "…" in line.text)
    items = list(numbers([page], skip=anything, most=3))
    assert len(items) <= 1
    texts = [line.text for line in (told, brief(page, skip=anything), under_headline(page, skip=anything)) if line]
    for item in items:
        (paragraph,) = item.paragraphs
        assert paragraph.text in whole
        assert word_count(paragraph.text) <= 45
        assert item.headline
        assert item.headline.lower() in paragraph.text.lower()
        texts += [paragraph.text, item.headline]
    for text in texts:
        assert not [miss for miss in check(text, source) if miss.blocks], text
        assert balanced(text), text


def _is_whole(text: str, evidence: str) -> bool:
    """Whether ``text`` is its source sentence, or a beginning of it that ends in a full stop."""
    tidied = shortened(evidence) or evidence
    return text == tidied or text in evidence or (text.endswith(".") and tidied.startswith(text[:-1]))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.headline)
def test_the_texts_of_the_samples_are_whole_and_pass_the_gate(page: Article) -> None:
    hold(page)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.headline)
def test_every_sample_can_be_told_in_both_registers(page: Article) -> None:
    assert brief(page, skip=anything)
    assert narrative(page, skip=anything)


paragraphs = st.lists(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4).map(" ".join), max_size=5)


@given(
    paragraphs,
    st.sampled_from((*SENTENCES, "Ferry fares to rise by 12 percent from April")),
    st.sampled_from(SENTENCES),
)
def test_the_texts_of_any_article_are_whole_and_pass_the_gate(body: list[str], headline: str, dek: str) -> None:
    hold(article(headline, dek=dek, body=tuple(body), quotes=(Quote(text="We", speaker="Ines Okafor"),)))


@given(st.text(max_size=60), st.none() | st.text(max_size=80), st.lists(st.text(max_size=200), max_size=4))
def test_no_text_is_too_strange(headline: str, dek: str | None, body: list[str]) -> None:
    page = article(headline, dek=dek, body=tuple(body))
    hold(page)
    topics(page)
    assert not any(doubt.blocks for text in body for doubt in dateline_doubts(text, page, SLOT))


def told_in_full() -> str:
    """All that is told of the week, for comparing."""
    lines = [tell(page, skip=anything) for page in WEEK for tell in (narrative, brief, under_headline)]
    return repr((lines, list(numbers(WEEK, skip=anything, most=5)), [topics(page) for page in WEEK]))


def test_every_process_tells_the_same() -> None:
    """The order of a set of words differs from one process to the next; what is told must not."""
    script = "from compose.test_every_text import told_in_full; print(told_in_full())"
    path = os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])
    told = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert told == {told_in_full()}


@pytest.mark.real
@pytest.mark.skipif(not SEEDS.is_dir() and os.environ.get("CI") != "true", reason="the real pages are not here")
def test_the_texts_of_the_real_pages_are_whole_and_pass_the_gate() -> None:
    for file in sorted(SEEDS.glob("*.txt")):
        page = read_path(file, now=NOW)
        hold(page)
        told = narrative(page, skip=anything)
        assert told
        assert 40 <= word_count(told.text) <= 75
