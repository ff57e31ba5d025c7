import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.assistant.answer import AnswerRefused, read_answer

SOURCES = ("The boat sailed.", "The pier was empty.", "It rained.")
GOOD = {"sentences": ["The boat sailed.", "It rained on the pier."], "support": [[1], [3, 2, 3]]}


def refused(content: str) -> str:
    with pytest.raises(AnswerRefused) as why:
        read_answer(content, SOURCES)
    return str(why.value)


@pytest.mark.parametrize("frame", ["{}", "```json\n{}\n```", "```\n{}\n```", " \n{}\n "])
def test_sentences_come_with_the_sentences_they_rest_on(frame: str) -> None:
    first, second = read_answer(frame.replace("{}", json.dumps(GOOD, indent=1)), SOURCES)
    assert (first.text, first.support) == ("The boat sailed.", (SOURCES[0],))
    assert (second.text, second.support) == ("It rained on the pier.", (SOURCES[1], SOURCES[2]))


@pytest.mark.parametrize(
    "content",
    [
        "Here is your summary: The boat sailed.",
        f"Sure! {json.dumps(GOOD)}",
        f"```json\n{json.dumps(GOOD)}\n``` Anything else?",
        json.dumps(GOOD)[:-4],
        "{" * 100_000,
        '{"sentences": ' + "9" * 5_000 + "}",
    ],
    ids=lambda content: content[:20],
)
def test_what_is_not_json_alone_is_refused(content: str) -> None:
    assert refused(content) == "It is not one JSON object and nothing else."


@pytest.mark.parametrize("content", ["", " \n"])
def test_nothing_is_refused(content: str) -> None:
    assert refused(content) == "It is empty."


@pytest.mark.parametrize("content", ["[]", "7", '"The boat sailed."', "null", "true"])
def test_json_that_is_no_object_is_refused(content: str) -> None:
    assert "not an object" in refused(content)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"sentences": None}, "two lists"),
        ({"sentences": "The boat sailed."}, "two lists"),
        ({"support": [[1]]}, "two lists of the same length"),
        ({"support": {"0": [1]}}, "two lists"),
        ({"sentences": [], "support": []}, "has 0 sentences"),
        ({"sentences": ["The boat sailed."], "support": [[1]]}, "has 1 sentences"),
        ({"sentences": ["It."] * 4, "support": [[1]] * 4}, "has 4 sentences"),
        ({"sentences": ["The boat sailed.", 7]}, "Sentence 2 is not a text"),
        ({"sentences": ["The boat sailed.", " "]}, "Sentence 2 is not a text"),
        ({"sentences": ["The boat sailed.", ["It rained."]]}, "Sentence 2 is not a text"),
        ({"sentences": ["The boat sailed.", "and then"]}, "Sentence 2 has no end"),
        ({"sentences": ["The boat\u0000 sailed.", "It rained."]}, "Sentence 1 holds characters that cannot be seen"),
        ({"sentences": ["The \u202etaob sailed.", "It rained."]}, "Sentence 1 holds characters that cannot be seen"),
        ({"sentences": ["The \ud800 sailed.", "It rained."]}, "Sentence 1 holds characters that cannot be seen"),
        ({"sentences": ["On and " * 50 + "on.", "It rained."]}, "has 103 words"),
        ({"sentences": ["O" * 2_000 + ".", "It rained."]}, "too long"),
        ({"support": [[1], []]}, "Sentence 2 names no sentences"),
        ({"support": [[1], 2]}, "Sentence 2 names no sentences"),
        ({"support": [[1], [1, 2, 3, 1, 2, 3]]}, "more than 5"),
        ({"support": [[1], [4]]}, "Sentence 2 names a sentence that the article does not have"),
        ({"support": [[0], [1]]}, "Sentence 1 names a sentence that the article does not have"),
        ({"support": [[-1], [1]]}, "Sentence 1 names a sentence that the article does not have"),
        ({"support": [[True], [1]]}, "Sentence 1 names a sentence that the article does not have"),
        ({"support": [[1.0], ["1"]]}, "Sentence 1 names a sentence that the article does not have"),
        ({"support": [["1"], [1]]}, "Sentence 1 names a sentence that the article does not have"),
    ],
)
def test_another_form_than_was_asked_for_is_refused(change: dict[str, object], why: str) -> None:
    assert why in refused(json.dumps({**GOOD, **change}))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["sentences", "support", "x"]), inner),
)


@given(_JSON | st.fixed_dictionaries({"sentences": _JSON, "support": _JSON}))
def test_whatever_comes_is_read_or_refused_and_never_crashes(value: object) -> None:
    for content in (json.dumps(value), str(value)):
        try:
            written = read_answer(content, SOURCES)
        except AnswerRefused:
            continue
        assert all(sentence.support for sentence in written)
