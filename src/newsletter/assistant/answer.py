"""Reading what a model answered, strictly: two or three plain sentences and what they rest on, or a refusal.

Only the form is judged here. Whether the text is true to its article is asked of the gate.
"""

import json
import re
import unicodedata
from collections.abc import Sequence

from newsletter.model.sentences import word_count
from newsletter.model.written import WrittenSentence

FEWEST_SENTENCES = 2
MOST_SENTENCES = 3
#: As long as the longest extractive summary; 60 are asked for.
MOST_WORDS = 90
MOST_CHARACTERS = 1_000
MOST_SUPPORT = 5

_FENCE = re.compile(r"```(?:json)?[ \t]*\n(.*)\n[ \t]*```", re.DOTALL | re.IGNORECASE)
_ENDS = tuple('.!?…؟۔।。！？"”’»')
#: The joiners that some scripts are written with; all else that cannot be seen is refused.
_JOINERS = "\u200c\u200d"


class AnswerRefused(Exception):  # noqa: N818 - reads as the outcome it is
    """The answer cannot be used; the message says why in one sentence that holds nothing of the answer."""


def read_answer(content: str, sources: Sequence[str]) -> tuple[WrittenSentence, ...]:
    """The sentences in ``content``, each with those of ``sources`` that it names by number from 1; ``AnswerRefused`` if not."""
    answer = _parsed(content)
    texts, support = answer.get("sentences"), answer.get("support")
    if not isinstance(texts, list) or not isinstance(support, list) or len(texts) != len(support):
        raise AnswerRefused('"sentences" and "support" are not two lists of the same length.')
    if not FEWEST_SENTENCES <= len(texts) <= MOST_SENTENCES:
        raise AnswerRefused(f"It has {len(texts)} sentences where two or three were asked for.")
    written = tuple(
        WrittenSentence(text=_text(number, text), support=_support(number, named, sources))
        for number, (text, named) in enumerate(zip(texts, support, strict=True), start=1)
    )
    words = sum(word_count(sentence.text) for sentence in written)
    if words > MOST_WORDS:
        raise AnswerRefused(f"It has {words} words where 60 were asked for.")
    if sum(len(sentence.text) for sentence in written) > MOST_CHARACTERS:
        raise AnswerRefused("It is too long.")
    return written


def _parsed(content: str) -> dict[str, object]:
    """The one JSON object in ``content``, which may stand in a code fence."""
    text = content.strip()
    if not text:
        raise AnswerRefused("It is empty.")
    fenced = _FENCE.fullmatch(text)
    try:
        answer = json.loads(fenced[1] if fenced else text)
    except (ValueError, RecursionError):
        raise AnswerRefused("It is not one JSON object and nothing else.") from None
    if not isinstance(answer, dict):
        raise AnswerRefused("It is JSON, but not an object.")
    return answer


def _text(number: int, text: object) -> str:
    if not isinstance(text, str) or not text.strip():
        raise AnswerRefused(f"Sentence {number} is not a text.")
    line = " ".join(text.split())
    if any(unicodedata.category(c)[0] == "C" and c not in _JOINERS for c in line):
        raise AnswerRefused(f"Sentence {number} holds characters that cannot be seen.")
    if not line.endswith(_ENDS):
        raise AnswerRefused(f"Sentence {number} has no end.")
    return line


def _support(number: int, named: object, sources: Sequence[str]) -> tuple[str, ...]:
    if not isinstance(named, list) or not 1 <= len(named) <= MOST_SUPPORT:
        raise AnswerRefused(f"Sentence {number} names no sentences that it rests on, or more than {MOST_SUPPORT}.")
    # True is an int to Python and no number to anybody else.
    if not all(type(index) is int and 1 <= index <= len(sources) for index in named):
        raise AnswerRefused(f"Sentence {number} names a sentence that the article does not have.")
    return tuple(sources[index - 1] for index in sorted(set(named)))
