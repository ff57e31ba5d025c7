"""Who says something in a sentence, by the grammar of news English: the verbs of saying with their speakers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.ingest.names import MASK, Names, Sentence, is_genitive, name_at
from newsletter.ingest.people import People
from newsletter.ingest.speaker_words import (
    BEING,
    BREAKS,
    DETERMINERS,
    INVERTED,
    MODIFIERS,
    OPENERS,
    PEOPLE,
    PRONOUNS,
    SAYING,
)

_ADVERB = re.compile(r"also|then|later|once|again|often|still|since|even|just|has|have|had|further|[a-z]+ly")
#: How many words a phrase such as "a senior defense official" has at most, an aside between two commas, and a role with its comma.
PHRASE, _ASIDE, _ROLE = 5, 18, 8
_OF = frozenset({"at", "for", "in", "of"})
#: Nobody writes sentences of more words; what is longer (a table, a list) is not looked through for speakers.
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Saying:
    """A verb of saying and its speaker, who together are the tokens ``start:end`` of a sentence."""

    start: int
    end: int
    speaker: str
    verb_first: bool = False


def sayings(sentence: Sentence, people: People) -> list[Saying]:
    """The verbs of saying in a sentence that have a speaker, in order."""
    tokens = sentence.tokens
    found: list[Saying] = []
    for verb, token in enumerate(tokens if len(tokens) <= _LONGEST else ()):
        saying = None
        if token == "to" and verb and tokens[verb - 1].lower() == "according":  # noqa: S105 - a word, no password
            saying = _verb_first(sentence, verb - 1, verb + 1, people.names)
        elif token in SAYING:
            end = verb + 2 if tokens[verb + 1 : verb + 2] in {("out",), ("to",)} else verb + 1
            saying = _saying(sentence, (verb, end), people, found)
        if saying:
            found.append(saying)
    return found


def _saying(sentence: Sentence, verb: tuple[int, int], people: People, earlier: Sequence[Saying]) -> Saying | None:
    """The verb of saying with its speaker before it, behind it, or earlier in the sentence (", saying that")."""
    tokens, (start, end) = sentence.tokens, verb
    if subject := _subject(sentence, start, people):
        return Saying(subject[0], end, subject[1])
    if not start or not (tokens[start - 1] == "," or MASK.fullmatch(tokens[start - 1])):
        return None
    if tokens[start] in INVERTED and (inverted := _verb_first(sentence, start, end, people.names)):
        return inverted
    if subject := _role_and_name_before(sentence, start - 1, people.names):
        return Saying(subject[0], end, subject[1])
    if tokens[start].endswith("ing"):
        speaker = earlier[-1].speaker if earlier else people.subject(sentence, start)
        return Saying(start, end, speaker) if speaker else None
    aside = _before_aside(tokens, start - 1)
    subject = _subject(sentence, aside, people) if aside else None
    return Saying(subject[0], end, subject[1]) if subject else None


def _subject(sentence: Sentence, verb: int, people: People) -> tuple[int, str] | None:
    """Where the speaker right before ``verb`` begins, and who it is."""
    tokens = sentence.tokens
    last = _subject_end(tokens, verb)
    if last < 0:
        return None
    if tokens[last].lower() in PRONOUNS:
        person = people.who(sentence, last)
        return (last, person) if person else None
    if tokens[last] in PEOPLE or (last == 0 and tokens[0].lower() in PEOPLE):
        start = _phrase_start(tokens, last)
        return start, _phrase(tokens, start, last + 1)
    for start, end in sentence.runs.items():
        if end == last + 1 and (name := name_at(sentence, start)):
            return start, people.names.fullest(name)
    return None


def _subject_end(tokens: Sequence[str], verb: int) -> int:
    """The last word of what stands before ``verb``, adverbs, "who" and brackets between the two left out."""
    last = verb - 1
    while last > 0 and (_ADVERB.fullmatch(tokens[last]) or (tokens[last] in BEING and tokens[verb].endswith("ing"))):
        last -= 1
    if last > 0 and tokens[last] == "who":
        last -= 2 if tokens[last - 1] == "," else 1
    if last > 0 and tokens[last] == ")" and "(" in tokens[:last]:
        last = max(i for i in range(last) if tokens[i] == "(") - 1
    return last


def _verb_first(sentence: Sentence, verb: int, end: int, names: Names) -> Saying | None:
    """The saying whose speaker follows: "said Minister Ada Marsh Tuesday", "according to two senior officials"."""
    tokens = sentence.tokens
    if named := _role_and_name(sentence, end, names):
        return Saying(verb, *named, verb_first=True)
    start = end + 1 if tokens[end : end + 1] == ("the",) else end
    for noun in range(end, min(end + PHRASE, len(tokens))):
        if not is_plain(tokens[noun : noun + 1]):
            break
        if tokens[noun] in PEOPLE:
            start = noun + 1
            if start not in sentence.runs or not name_at(sentence, start):
                return Saying(verb, start, _phrase(tokens, end, start), verb_first=True)
            break
    name = name_at(sentence, start) if start in sentence.runs else None
    return Saying(verb, sentence.runs[start], names.fullest(name), verb_first=True) if name else None


def _role_and_name_before(sentence: Sentence, comma: int, names: Names) -> tuple[int, str] | None:
    """Where a role with the name that ``comma`` ends begins, and whose it is: "The harbour master, Ada Marsh, said"."""
    for start in range(max(0, comma - 2 * _ROLE), comma):
        named = _role_and_name(sentence, start, names)
        if named and named[0] == comma:
            return start, named[1]
    return None


def _role_and_name(sentence: Sentence, start: int, names: Names) -> tuple[int, str] | None:
    """Where the role that begins at ``start`` with a name behind it ends, and whose it is: "its head, Ada Marsh"."""
    tokens = sentence.tokens
    is_genitive_run = start in sentence.runs and is_genitive(tokens[sentence.runs[start] - 1])
    if not is_genitive_run and tokens[start : start + 1] and tokens[start].lower() not in DETERMINERS | PEOPLE:
        return None
    comma = next((i for i in range(start, min(start + _ROLE, len(tokens))) if tokens[i] == ","), None)
    if comma is None or comma + 1 not in sentence.runs or not _is_role(tokens[start:comma]):
        return None
    end = sentence.runs[comma + 1]
    name = names.person(name_at(sentence, comma + 1))
    # A word behind the name may be its verb: "said its spokesman, Ada Marsh reported".
    is_whole = end == len(tokens) or not tokens[end][0].isalnum() or tokens[end] in {"at", "in", "of", "on"}
    return (end, name) if name and is_whole else None


def _is_role(tokens: Sequence[str]) -> bool:
    """Whether ``tokens`` may name one person by what that person is: "the plant's manager", "a nurse at the school"."""
    last = tokens[-1].lower()
    is_one = not last.endswith("s") or last.endswith("ss")
    return (last in PEOPLE or tokens[-1].islower()) and is_one and is_plain([t for t in tokens if t not in _OF])


def _before_aside(tokens: Sequence[str], comma: int) -> int | None:
    """The comma that opens the aside which ``comma`` closes: "Marsh, a fellow at the Quay Institute, said"."""
    for opening in range(comma - 1, max(comma - _ASIDE, 0), -1):
        if MASK.fullmatch(tokens[opening]):
            return None
        if tokens[opening] == "," and not tokens[opening + 1][0].isupper() and tokens[opening - 1][0].isupper():
            return opening
    return None


def _phrase_start(tokens: Sequence[str], noun: int) -> int:
    """Where the words that belong to ``noun`` begin: at its article, else at its adjectives of the plain kinds."""
    for start in range(noun - 1, max(noun - 1 - PHRASE, -1), -1):
        if tokens[start].lower() in DETERMINERS:
            return start
        if not is_plain(tokens[start : start + 1]):
            break
    start = noun
    while start and _is_modifier(tokens[start - 1]):
        start -= 1
    return start


def _is_modifier(token: str) -> bool:
    """Whether ``token`` tells which officials: "U.S.", "Western", "senior"."""
    return token.lower() in MODIFIERS or (token[0].isupper() and token.lower() not in OPENERS)


def _phrase(tokens: Sequence[str], start: int, end: int) -> str:
    """The speaker without a name, as it reads inside a sentence."""
    first = tokens[start].lower()
    is_plain = first in DETERMINERS | MODIFIERS | PEOPLE
    return " ".join((first if is_plain else tokens[start], *tokens[start + 1 : end]))


def is_plain(tokens: Sequence[str]) -> bool:
    """Whether ``tokens`` are words of one phrase."""
    return all(token[0].isalnum() and token not in BREAKS for token in tokens)
