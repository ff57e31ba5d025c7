import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import NOW
from compose.harbour import BOATS, FARES, PUMPS, ROUND_UP, WEEK
from newsletter.compose.quotes import Printed
from newsletter.compose.tell.summary import STORY, summarise
from newsletter.compose.tell.written import judge, written_sentences
from newsletter.model.article import Article
from newsletter.model.sentences import sentences
from newsletter.model.written import Written, WrittenSentence, WrittenState

PAGE = replace(FARES, id=7, version=3)
FIRST = WrittenSentence(text="Ferry fares will rise by 12 percent in April.", support=(FARES.body[0],))
SECOND = WrittenSentence(text="The company wants to order two boats from a yard in Gdansk.", support=(FARES.body[1],))
SPOKEN = WrittenSentence(text=f"“{BOATS},” said Ines Okafor.", support=(FARES.body[2],))


def written(*given: WrittenSentence, **changes: object) -> Written:
    plain = Written(
        article_id=7, version=3, state=WrittenState.ACCEPTED, model="m", prompt_hash="0" * 64, written_at=NOW,
        sentences=given or (FIRST, SECOND),
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]  # a test names the fields it changes


def refusal(text: str, *support: str, page: Article = PAGE) -> str:
    return judge(page, [WrittenSentence(text=text, support=support or page.body), SECOND]).refusal


def never(_: str) -> bool:
    return False


def test_a_written_summary_comes_with_its_evidence() -> None:
    found = written_sentences(PAGE, written(), skip=never)
    assert found is not None
    assert found.sentences == (FIRST.text, SECOND.text)
    assert found.evidence == FARES.body[:2]
    assert found.doubts == ()


@pytest.mark.parametrize(
    "stored",
    [
        None,
        written(state=WrittenState.DECLINED),
        written(state=WrittenState.UNANSWERED),
        written(version=2),
        written(article_id=8),
        written(FIRST, replace(SECOND, text="The company wants to order nine boats.")),
        written(FIRST, replace(SECOND, support=("The company sells its boats.",))),
        written(FIRST, replace(SECOND, support=())),
    ],
    ids=[
        "nothing",
        "declined",
        "unanswered",
        "old text",
        "other article",
        "wrong number",
        "strange source",
        "no source",
    ],
)
def test_without_a_summary_that_holds_the_extractive_one_is_used(stored: Written | None) -> None:
    assert written_sentences(PAGE, stored, skip=never) is None
    assert summarise(PAGE, STORY, skip=never), "which is always there"


def test_a_summary_whose_quotation_is_printed_already_is_not_used() -> None:
    printed = Printed()
    stored = written(FIRST, SPOKEN)
    assert written_sentences(PAGE, stored, skip=printed.holds) is not None
    printed.add(f"“{BOATS}”")
    assert written_sentences(PAGE, stored, skip=printed.holds) is None


@pytest.mark.parametrize(
    "text",
    [
        "Fares will rise by 21 percent.",
        "Fares will rise by twelve and later by thirteen percent.",
        "The boats of 1978 broke down.",
        "4,301 commuters have signed.",
    ],
)
def test_a_number_that_no_named_source_holds_is_refused(text: str) -> None:
    assert "holds the number" in refusal(text)


def test_a_number_must_stand_in_the_very_sentences_that_are_named() -> None:
    assert "holds the number 1987" in refusal("The boats were built in 1987.", FARES.body[0])
    assert refusal("The boats were built in 1987.", FARES.body[4]) == ""


@pytest.mark.parametrize(
    "quotation",
    [
        "“we are asking them to help us buy ships that stay afloat”",
        "“We are asking them to help us buy boats that stay afloat”",
        "“we are asking them ... to help us buy boats”",
        "“asking commuters to pay for our mistakes we are asking them”",
        '"help us sell boats"',
        "'help us sell the boats'",
        "‘help us sell the boats’",
        "«help us sell boats»",
        "„help us sell boats“",
        "「help us buy boats」",
        "``help us buy boats''",
        "“help us buy boats",
        "help us buy boats”",
        "“ship”",
        "“oats”",
    ],
)
def test_a_quotation_that_was_not_copied_is_refused(quotation: str) -> None:
    assert refusal(f"Okafor asks commuters: {quotation}.") != ""


@pytest.mark.parametrize(
    "quotation", [f"“{BOATS}.”", f'"{BOATS},"', "“help us buy boats that stay afloat”", "'help us buy boats'"]
)
def test_a_copied_quotation_may_end_in_other_marks(quotation: str) -> None:
    assert refusal(f"Okafor asks commuters: {quotation}.") == ""


def test_an_apostrophe_opens_no_quotation() -> None:
    assert refusal("The ferry company's fares and the commuters' tickets won't stay as they are.") == ""


def test_a_quotation_without_its_speaker_is_refused() -> None:
    assert "name of its speaker" in refusal(f"The commuters said: “{BOATS}”.")
    swapped = replace(ROUND_UP, body=(*ROUND_UP.body, f"“{PUMPS},” Adair said."), id=7)
    text = f"Okafor said: “{PUMPS}”."
    sentence = WrittenSentence(text=text, support=(swapped.body[-1],))
    assert "name of its speaker" in judge(swapped, [sentence]).refusal


@pytest.mark.parametrize(
    "text",
    [
        "Ferry <b>fares</b> rise.",
        "Ferry *fares* rise.",
        "Ferry `fares` rise.",
        "[Ferry fares](rise).",
        "Ferry fares &lt;rise&gt;.",
        "Ferry fares &#x6a; rise.",
        "{{ ferry.fares }} rise.",
        "# Ferry fares rise.",
        "Ferry | fares rise.",
    ],
)
def test_markup_is_refused(text: str) -> None:
    assert "markup" in refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ferry fares rise, see https://ferry.example.",
        "Ferry fares rise, see WWW.FERRY.EXAMPLE now.",
        "Ferry fares rise, see ferry.example/fares now.",
        "Ferry fares rise, see ferry.example.",
        "Ferry fares rise, write to fares@ferry.",
        "Ferry fares rise, javascript://ferry.",
    ],
)
def test_an_address_is_refused(text: str) -> None:
    assert "an address" in refusal(text)


@pytest.mark.parametrize("text", ["The U.S. ferry company raises fares at 3 p.m.", "Fares rise e.g. in April."])
def test_an_abbreviation_is_no_address(text: str) -> None:
    assert "an address" not in refusal(text)


def test_a_text_about_something_else_is_refused() -> None:
    sentence = WrittenSentence(text="Cats enjoy sunshine while dogs prefer long walks.", support=FARES.body)
    judgement = judge(PAGE, [sentence])
    assert "too few words" in judgement.refusal
    assert judgement.overlap == 0.0


def test_a_strange_name_is_a_doubt_and_a_wrong_number_one_that_blocks() -> None:
    judgement = judge(PAGE, [replace(FIRST, text="In Danzig ferry fares rise by 21 percent in April.")])
    assert [(d.kind, d.span, d.blocks) for d in judgement.doubts] == [("number", "21", True), ("name", "Danzig", False)]
    assert all(doubt.sentence for doubt in judgement.doubts)


@pytest.mark.parametrize("page", WEEK, ids=lambda page: page.headline)
def test_a_summary_in_the_articles_own_words_always_passes(page: Article) -> None:
    own = summarise(page, STORY, skip=never)
    judgement = judge(page, [WrittenSentence(text=text, support=(text,)) for text in own])
    assert (judgement.refusal, judgement.doubts, judgement.overlap) == ("", (), 1.0)


@given(st.data())
def test_a_changed_number_never_passes(data: st.DataObject) -> None:
    page = data.draw(st.sampled_from(WEEK))
    figures = [text for text in _sources(page) if re.search(r"\d", text)]
    sentence = data.draw(st.sampled_from(figures or list(_sources(page))))
    found = list(re.finditer(r"\d+(?:,\d+)*", sentence))
    if not found:
        return
    known = set(re.findall(r"\d+", sentence.replace(",", "")))
    changed = data.draw(st.integers(21, 10**6).map(str).filter(lambda number: number not in known))
    at = data.draw(st.sampled_from(found))
    mutant = sentence[: at.start()] + changed + sentence[at.end() :]
    assert judge(page, [WrittenSentence(text=mutant, support=(sentence,))]).refusal


@given(st.text(max_size=300), st.lists(st.sampled_from(FARES.body), max_size=3))
def test_whatever_is_offered_is_judged_and_never_crashes(text: str, support: Sequence[str]) -> None:
    judgement = judge(PAGE, [WrittenSentence(text=text, support=tuple(support))])
    assert 0 <= judgement.overlap <= 1
    assert judgement.refusal or support


def _sources(page: Article) -> tuple[str, ...]:
    return tuple(sentence for paragraph in page.body for sentence in sentences(paragraph))
