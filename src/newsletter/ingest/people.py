"""Whom "he" and "she" stand for.

A pronoun is the person named last before it in its paragraph, whom the sentence there is about first; if the paragraph
names nobody, whoever spoke last in the one above. Where two people fit, it is nobody: a wrong name is worse than none.
"""

from collections.abc import Iterator, Mapping, Sequence

from newsletter.ingest.names import MASK, Names, Sentence, is_thing, name_at
from newsletter.ingest.speaker_words import (
    ARTICLES,
    CLAUSES,
    DETERMINERS,
    INVERTED,
    PEOPLE,
    PERSONS,
    PRONOUNS,
    SAYING,
    TITLES_OF,
)

_OF_PEOPLE = PEOPLE | PERSONS | SAYING | PRONOUNS["he"] | PRONOUNS["she"]
#: A name behind one of these, or behind a comma, may be a subject; behind other small words it is none.
_BEFORE_SUBJECT = CLAUSES | INVERTED


class People:
    """The people on a page, which is read from its first paragraph to its last; ``names`` are their names."""

    def __init__(self, page: Sequence[Sequence[Sentence]]) -> None:
        self.names = Names(sentence for paragraph in page for sentence in paragraph)
        self._told: dict[str, set[str]] = {}
        for paragraph in page:
            self._tell(paragraph)
        self._about: dict[str, str | None] = {}
        self._named: dict[str, set[str]] = {}

    def begin(self, paragraph: Sequence[Sentence], last_speaker: str | None) -> None:
        """Begin ``paragraph``. Whoever spoke last is still meant if its first sentence says "he" or "she"."""
        speaker = self.names.person(last_speaker)
        first = {token.lower() for sentence in paragraph[:1] for token in sentence.tokens}
        self._about = dict.fromkeys(PRONOUNS)
        if speaker:
            self._about |= {word: speaker for word in PRONOUNS if word in first and self._may_be(speaker, word)}
        self._named = {word: set() for word in PRONOUNS}

    def read(self, sentence: Sentence, speaker: str | None) -> None:
        """Go on behind ``sentence``, in which ``speaker`` says something."""
        about = {pronoun: self._after(sentence, len(sentence.tokens), pronoun) for pronoun in PRONOUNS}
        mentions = list(self.mentions(sentence))
        speaker = self.names.person(speaker)
        if speaker and {person for person, is_subject in mentions if is_subject} <= {speaker}:
            # Who is only "he" in the sentence is not "she" behind it.
            meant = [p for p in PRONOUNS if (speaker, True) in mentions or self._about[p] == speaker]
            about |= {pronoun: speaker for pronoun in meant if self._may_be(speaker, pronoun)}
        self._about = about
        for pronoun, named in self._named.items():
            named |= {person for person, _ in mentions if self._may_be(person, pronoun)}

    def still_meant(self, speaker: str | None) -> str | None:
        """The person ``speaker``, if a pronoun that came next would stand for that person."""
        person = self.names.person(speaker)
        return person if person in self._about.values() else None

    def who(self, sentence: Sentence, at: int) -> str | None:
        """The person behind the "he" or "she" that is the token ``at``."""
        return self._after(sentence, at, sentence.tokens[at].lower())

    def subject(self, sentence: Sentence, stop: int | None = None) -> str | None:
        """The person whom ``sentence``, or what stands before ``stop``, is about, if it names that person first."""
        person, is_subject = next(self.mentions(sentence, stop), (None, False))
        return person if is_subject else None

    def mentions(self, sentence: Sentence, stop: int | None = None) -> Iterator[tuple[str, bool]]:
        """The people named before ``stop``, asides about the first left out, each with whether it may be a subject."""
        tokens, aside = sentence.tokens, range(0)
        for start, end in sentence.runs.items():
            if stop is not None and end > stop:
                return
            person = self.names.person(name_at(sentence, start))
            if not person or start in aside or is_thing(sentence, start):
                continue
            yield person, not start or tokens[start - 1] in _BEFORE_SUBJECT or not tokens[start - 1][0].islower()
            opens_aside = tokens[end : end + 1] == (",",) and "," not in tokens[max(0, start - 1) : start]
            if opens_aside and end + 1 not in sentence.runs and CLAUSES.isdisjoint(tokens[end + 1 : end + 2]):
                closing = (i for i in range(end + 1, len(tokens)) if tokens[i] == ",")
                aside = range(end, next(closing, len(tokens)))

    def _after(self, sentence: Sentence, stop: int, pronoun: str) -> str | None:
        """Whom ``pronoun`` stands for behind the first ``stop`` tokens of ``sentence``."""
        mentions = [(who, leads) for who, leads in self.mentions(sentence, stop) if self._may_be(who, pronoun)]
        if not mentions:
            return None if _has_unnamed_subject(sentence.tokens[:stop]) else self._about[pronoun]
        person, is_subject = mentions[0]
        is_only = len({who for who, _ in mentions}) == 1
        is_known = self._told.get(person) == {pronoun}
        if is_only and not is_subject:
            is_first = self._named[pronoun] <= {person} and self._about[pronoun] in {None, person}
            return person if is_first else None
        # "Marsh met Reed": unless the page tells that Marsh is "she", either may be meant.
        return person if is_only or (is_subject and is_known) else None

    def _may_be(self, person: str, pronoun: str) -> bool:
        """Whether nothing on the page tells that the other pronoun is the right one for ``person``."""
        return self._told.get(person, {pronoun}) != PRONOUNS.keys() - {pronoun}

    def _tell(self, paragraph: Sequence[Sentence]) -> None:
        """Note what titles, and pronouns behind the one name of a sentence, tell about the people in it."""
        for sentence, following in zip(paragraph, (*paragraph[1:], Sentence((), {})), strict=False):
            for start, end in sentence.runs.items():
                self._note(self.names.person(name_at(sentence, start)), sentence.tokens[start:end], TITLES_OF)
            leading = self.names.person(name_at(sentence, 0)) if 0 in sentence.runs else None
            if leading and {person for person, _ in self.mentions(sentence)} == {leading}:
                self._note(leading, (*sentence.tokens[sentence.runs[0] :], *following.tokens[:1]), PRONOUNS)

    def _note(self, person: str | None, tokens: Sequence[str], telling: Mapping[str, frozenset[str]]) -> None:
        words = {token.lower().rstrip(".") for token in tokens}
        pronouns = {pronoun for pronoun, forms in telling.items() if not forms.isdisjoint(words)}
        if person and pronouns:
            self._told.setdefault(person, set()).update(pronouns)


def _has_unnamed_subject(tokens: Sequence[str]) -> bool:
    """Whether somebody without a name does or says something in ``tokens``: "The pilot shook his head"."""
    for i, token in enumerate(tokens[:-1]):
        if token.lower() in PRONOUNS:
            return False
        if token.lower() not in (ARTICLES if i else DETERMINERS) or not tokens[i + 1][0].islower():
            continue
        if i and tokens[i - 1] in INVERTED:
            return True
        if not i or tokens[i - 1] == "," or MASK.fullmatch(tokens[i - 1]):
            return not _OF_PEOPLE.isdisjoint(tokens[i + 1 :])
    return False
