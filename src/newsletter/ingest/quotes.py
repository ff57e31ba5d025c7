"""Who said what: the quotations of a story with their speakers, by the grammar of news English.

A speaker is named only where the text puts one beside a verb of saying. "Marsh pushed for a “fair answer”" does not
say that she said it: such a quotation has no speaker, because a wrong name is worse than none.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from newsletter.model.article import Quote
from newsletter.model.quotation import is_quotation, quotations
from newsletter.model.sentences import sentences


def _words(text: str, *endings: str) -> frozenset[str]:
    """The words in ``text``, each with every one of ``endings``."""
    return frozenset(word + ending for word in text.split() for ending in endings or ("",))


#: After these the speaker may follow: ",” said Ada Marsh", ", point out experts".
_INVERTED = (
    _words("say says said write writes wrote reply replies replied")
    | _words("add ask explain insist point recall warn", "", "s", "ed")
    | _words("acknowledg argu continu jok not observ", "e", "es", "ed")
)
#: Verbs of saying. Where the plain form is more often a noun ("claim", "report"), it is left out.
_SAYING = (
    _INVERTED
    | _words("saying tell tells told telling writing admit admits admitted admitting testify testifies testified")
    | _words("alluded alludes alluding dubbed labeled labelled quipped refer refers referred referring")
    | _words("add ask boast explain insist maintain point recall stress suggest vow warn", "", "s", "es", "ed", "ing")
    | _words("acknowledg alleg announc argu conced declar emphasiz not observ urg", "e", "es", "ed", "ing")
    | _words("answer assert attack blast call caution claim comment complain condemn confirm contend", "s", "ed", "ing")
    | _words("highlight lament laud post predict remark repeat report respond reveal tweet wonder", "s", "ed", "ing")
    | _words("accus characteriz conclud continu criticis criticiz denounc describ emphasis promis", "es", "ed", "ing")
    | _words("jok pledg prais reiterat stat", "es", "ed", "ing") - {"states"}
)
_ADVERB = re.compile(r"also|then|later|once|again|often|still|since|even|just|has|have|had|further|[a-z]+ly")
_BEING = _words("is are was were been now")

#: Words that stand before a person's name, or make a name one of a body. Behind the last of them the name begins.
_TITLES = _words(
    "admiral adviser advisor ambassador analyst archbishop bishop candidate captain chair chairman chairwoman chancellor"
    " chief col colonel commander commissioner congressman congresswoman councillor defence defense democrat deputy"
    " director dr editor envoy executive expert fellow foreign gen general gov governor head judge justice king leader"
    " lieutenant lord lt major mayor minister mp mr mrs ms officer official pope premier president prime prince princess"
    " prof professor queen rep representative republican rev secretary sen senator sir speaker spokesman spokesperson"
    " spokeswoman undersecretary vice academy administration affairs agency alliance army assembly association authority"
    " bank board bureau cabinet center centre college commission committee company congress corporation council court"
    " department federation force forces foundation government group house institute intelligence ministry nations navy"
    " office organization organisation parliament party police press republic security senate service society state team"
    " times treasury tribunal union university"
)
#: Capitalised where a sentence begins, and part of no name.
_OPENERS = _words(
    "a according after all also although an and another as asked at based because before both but by despite during earlier"
    " even every few finally first for from he her here his how however i if in instead it its last later like many"
    " meanwhile more most my next no not now of on once one only or other others our prior she since so some specifically"
    " still such that the their then there these they this those though to today tomorrow two under unlike until we what"
    " when where while who why with yesterday yet you monday tuesday wednesday thursday friday saturday sunday january"
    " february march april june july august september october november december"
)
_LINKS = _words("al bin da de del della den der di du el ibn of van von")
#: Names of two words that begin so are places.
_PLACES = _words("east eastern great new north northern saudi south southern supreme united west western white")
#: Speakers without a name.
_PEOPLE = _words(
    "adviser aide analyst activist ambassador campaigner commander critic diplomat doctor economist expert historian"
    " insider investigator judge lawmaker lawyer leader mayor minister negotiator observer officer official organizer"
    " president prosecutor researcher resident scholar scientist secretary senator soldier source spokesperson supporter"
    " worker",
    "",
    "s",
) | _words(
    "authorities court government ministry police report spokesman spokeswoman statement union witness witnesses"
)
_DETERMINERS = _words("a an the one two three several some many most other another his her its their")
_MODIFIERS = _words("senior top former independent local foreign military outside unnamed anonymous")
_BREAKS = _words(
    "and or but that as of in on at by from with for to who which while when because although though if than is was were"
    " are be been has have had after before how why where"
)
_GENITIVE = re.compile("['’]s?$")
#: How many words a phrase such as "a senior defense official" has at most, and an aside between two commas.
_PHRASE, _ASIDE = 5, 18
#: Nobody writes sentences of more words; what is longer (a table, a list) is not looked through for speakers.
_LONGEST = 400
_MASK = re.compile(r"“(\d+)[.,]?”")
_TOKEN = re.compile(r"“\d+[.,]?”|[^\W_][\w.'’&/-]*|[,;:()—–]")


@dataclass(frozen=True, slots=True)
class _Saying:
    """A verb of saying and its speaker, who together are the tokens ``start:end`` of a sentence."""

    start: int
    end: int
    speaker: str
    verb_first: bool = False


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence as ``tokens``, each quotation one token; ``runs`` are its runs of capitalised words, start to end."""

    tokens: tuple[str, ...]
    runs: dict[int, int]


class _Names:
    """The full names on a page, and the person that the last sentence was about ("he")."""

    def __init__(self, full: Iterable[str]) -> None:
        self.latest: str | None = None
        words = [(name.split(), name) for name in dict.fromkeys(full)]
        # A surname counts before a first name, and of two people with one name the first on the page.
        self._by_word = {word[0]: name for word, name in reversed(words)}
        self._by_word |= {word[-1]: name for word, name in reversed(words)}

    def fullest(self, name: str) -> str:
        """``name``, or the full name on the page that ends with it or, failing that, begins with it."""
        return self._by_word.get(name, name)

    def person(self, name: str | None) -> str | None:
        """The full name behind ``name``, if the page gives one."""
        full = self.fullest(name or "")
        return full if " " in full and self._by_word.get(full.split()[-1]) else None


def find_quotes(paragraphs: Sequence[tuple[int, str]]) -> tuple[Quote, ...]:
    """The quotations in ``paragraphs`` (position on the page, text) in order, each with its speaker if it has one."""
    names = _Names(_full_names(text for _, text in paragraphs))
    found: list[Quote] = []
    before = ""
    for number, text in paragraphs:
        speakers = _speakers(text, names)
        if is_quotation(text):
            goes_on = any(not quotation.closing for quotation in quotations(before))
            speakers = {0: found[-1].speaker if goes_on else _announced(before, names)}
        found.extend(
            Quote(text=quotation.text, speaker=speakers.get(i), paragraph=number)
            for i, quotation in enumerate(quotations(text))
        )
        before = text
    return tuple(found)


def _speakers(text: str, names: _Names) -> dict[int, str | None]:
    """The speaker of each quotation in ``text``, by its number there."""
    speakers: dict[int, str | None] = {}
    for sentence in _sentences(text):
        sayings = _sayings(sentence, names)
        for at, token in enumerate(sentence.tokens):
            if mask := _MASK.fullmatch(token):
                number = int(mask[1])
                # A sentence that is all quotation goes on with whoever spoke before it in the paragraph.
                is_all = len(sentence.tokens) == 1
                speakers[number] = speakers.get(number - 1) if is_all else _said_by(sentence, at, sayings)
    return speakers


def _announced(before: str, names: _Names) -> str | None:
    """Whom the paragraph above a block quotation announces by ending in a colon."""
    if not before.endswith(":"):
        return None
    sentence = _sentences(before)[-1]
    if sayings := _sayings(sentence, names):
        return sayings[-1].speaker
    people = (names.person(_name(sentence, start)) for start in sentence.runs)
    return next((person for person in people if person), None)


def _said_by(sentence: _Sentence, at: int, sayings: Sequence[_Saying]) -> str | None:
    """Who says the quotation at ``at``: the saying right before it, right behind it, further before it or behind it."""
    tokens = sentence.tokens
    before = at - 1 if at and tokens[at - 1] in {",", ":", "that", "—", "–"} else at
    for saying in sayings:
        if saying.end in {at, before}:
            return saying.speaker
    behind = at + 2 if tokens[at + 1 : at + 2] == (",",) else at + 1
    # "..., harbour pilot Ada Marsh said": words may stand before a name, if a comma shows that the speech is over.
    reach = _PHRASE if "," in tokens[at] or behind > at + 1 else 0
    for saying in sayings:
        if behind <= saying.start <= behind + reach and _is_plain(tokens[behind : saying.start]):
            return saying.speaker
    for saying in reversed(sayings):
        if saying.end <= at:
            return None if _changes_subject(sentence, saying.end, at) else saying.speaker
    return next((s.speaker for s in sayings if s.start > at and (s.verb_first or s.end == len(tokens))), None)


def _is_plain(tokens: Sequence[str]) -> bool:
    """Whether ``tokens`` are words of one phrase."""
    return all(token[0].isalnum() and token not in _BREAKS for token in tokens)


def _changes_subject(sentence: _Sentence, start: int, stop: int) -> bool:
    """Whether ``start:stop`` holds a clause with a subject and a verb of its own: ", and Marsh pushed for"."""
    tokens = sentence.tokens
    return any(
        start + 1 < run < end < stop
        and tokens[run - 1] in {"and", "but", "while"}
        and tokens[run - 2] in {",", ";"}
        and tokens[end][0].islower()
        and tokens[end] not in _BREAKS
        for run, end in sentence.runs.items()
    )


def _sayings(sentence: _Sentence, names: _Names) -> list[_Saying]:
    """The verbs of saying in a sentence that have a speaker, in order; ``names.latest`` follows the sentence."""
    tokens = sentence.tokens
    if len(tokens) > _LONGEST:
        return []
    names.latest = _topic(sentence, names) or names.latest
    found: list[_Saying] = []
    for verb, token in enumerate(tokens):
        saying = None
        if token == "to" and verb and tokens[verb - 1].lower() == "according":  # noqa: S105 - a word, no password
            saying = _verb_first(sentence, verb - 1, verb + 1, names)
        elif token in _SAYING:
            end = verb + 2 if tokens[verb + 1 : verb + 2] in {("out",), ("to",)} else verb + 1
            saying = _saying(sentence, (verb, end), names, found)
        if saying:
            found.append(saying)
            names.latest = names.person(saying.speaker) or names.latest
    return found


def _saying(sentence: _Sentence, verb: tuple[int, int], names: _Names, earlier: Sequence[_Saying]) -> _Saying | None:
    """The verb of saying with its speaker before it, behind it, or earlier in the sentence (", saying that")."""
    tokens, (start, end) = sentence.tokens, verb
    if subject := _subject(sentence, start, names):
        return _Saying(subject[0], end, subject[1])
    if not start or not (tokens[start - 1] == "," or _MASK.fullmatch(tokens[start - 1])):
        return None
    if tokens[start] in _INVERTED and (inverted := _verb_first(sentence, start, end, names)):
        return inverted
    if tokens[start].endswith("ing"):
        speaker = earlier[-1].speaker if earlier else _topic(sentence, names)
        return _Saying(start, end, speaker) if speaker else None
    aside = _before_aside(tokens, start - 1)
    subject = _subject(sentence, aside, names) if aside else None
    return _Saying(subject[0], end, subject[1]) if subject else None


def _subject(sentence: _Sentence, verb: int, names: _Names) -> tuple[int, str] | None:
    """Where the speaker right before ``verb`` begins, and who it is."""
    tokens = sentence.tokens
    last = _subject_end(tokens, verb)
    if last < 0:
        return None
    if tokens[last].lower() in {"he", "she"}:
        return (last, names.latest) if names.latest else None
    if tokens[last] in _PEOPLE or (last == 0 and tokens[0].lower() in _PEOPLE):
        start = _phrase_start(tokens, last)
        return start, _phrase(tokens, start, last + 1)
    for start, end in sentence.runs.items():
        if end == last + 1 and (name := _name(sentence, start)):
            return start, names.fullest(name)
    return None


def _subject_end(tokens: Sequence[str], verb: int) -> int:
    """The last word of what stands before ``verb``, adverbs, "who" and brackets between the two left out."""
    last = verb - 1
    while last > 0 and (_ADVERB.fullmatch(tokens[last]) or (tokens[last] in _BEING and tokens[verb].endswith("ing"))):
        last -= 1
    if last > 0 and tokens[last] == "who":
        last -= 2 if tokens[last - 1] == "," else 1
    if last > 0 and tokens[last] == ")" and "(" in tokens[:last]:
        last = max(i for i in range(last) if tokens[i] == "(") - 1
    return last


def _verb_first(sentence: _Sentence, verb: int, end: int, names: _Names) -> _Saying | None:
    """The saying whose speaker follows: "said Minister Ada Marsh Tuesday", "according to two senior officials"."""
    tokens = sentence.tokens
    start = end + 1 if tokens[end : end + 1] == ("the",) else end
    for noun in range(end, min(end + _PHRASE, len(tokens))):
        if not _is_plain(tokens[noun : noun + 1]):
            break
        if tokens[noun] in _PEOPLE:
            start = noun + 1
            if start not in sentence.runs or not _name(sentence, start):
                return _Saying(verb, start, _phrase(tokens, end, start), verb_first=True)
            break
    name = _name(sentence, start) if start in sentence.runs else None
    return _Saying(verb, sentence.runs[start], names.fullest(name), verb_first=True) if name else None


def _before_aside(tokens: Sequence[str], comma: int) -> int | None:
    """The comma that opens the aside which ``comma`` closes: "Marsh, a fellow at the Quay Institute, said"."""
    for opening in range(comma - 1, max(comma - _ASIDE, 0), -1):
        if _MASK.fullmatch(tokens[opening]):
            return None
        if tokens[opening] == "," and tokens[opening + 1][0].islower() and tokens[opening - 1][0].isupper():
            return opening
    return None


def _phrase_start(tokens: Sequence[str], noun: int) -> int:
    """Where the words that belong to ``noun`` begin: at its article, else at its adjectives of the plain kinds."""
    for start in range(noun - 1, max(noun - 1 - _PHRASE, -1), -1):
        if tokens[start].lower() in _DETERMINERS:
            return start
        if not _is_plain(tokens[start : start + 1]):
            break
    start = noun
    while start and _is_modifier(tokens[start - 1]):
        start -= 1
    return start


def _is_modifier(token: str) -> bool:
    """Whether ``token`` tells which officials: "U.S.", "Western", "senior"."""
    return token.lower() in _MODIFIERS or (token[0].isupper() and token.lower() not in _OPENERS)


def _phrase(tokens: Sequence[str], start: int, end: int) -> str:
    """The speaker without a name, as it reads inside a sentence."""
    first = tokens[start].lower()
    is_plain = first in _DETERMINERS | _MODIFIERS | _PEOPLE
    return " ".join((first if is_plain else tokens[start], *tokens[start + 1 : end]))


def _topic(sentence: _Sentence, names: _Names) -> str | None:
    """The person that a sentence begins with, title before the name: "Harbour Minister Ada Marsh visited"."""
    verb = sentence.tokens[sentence.runs.get(0, 0) :][:1]
    return names.person(_name(sentence, 0)) if 0 in sentence.runs and verb and verb[0][0].islower() else None


def _full_names(texts: Iterable[str]) -> Iterator[str]:
    """The persons' names of two words or more that ``texts`` print, in order."""
    for sentence in (sentence for text in texts for sentence in _sentences(text)):
        for start, end in sentence.runs.items():
            person = _person(_trimmed([_GENITIVE.sub("", word) for word in sentence.tokens[start:end]]))
            if len(person) > 1 and person[0].lower() not in _PLACES | _LINKS:
                yield " ".join(person)


def _name(sentence: _Sentence, start: int) -> str | None:
    """The name in the run at ``start``: a person's without titles, a body's whole, with the article before it."""
    run = sentence.tokens[start : sentence.runs[start]]
    words = _trimmed(run)
    if not words or _GENITIVE.search(words[-1]):
        return None
    if person := _person(words):
        return " ".join(person)
    has_article = "the" in {run[0].lower(), *sentence.tokens[max(0, start - 1) : start]}
    return " ".join(("the", *words) if has_article else words)


def _person(words: Sequence[str]) -> list[str]:
    """What follows the last title in ``words``, up to an "of"; nothing if they name a body."""
    titles = [i for i, word in enumerate(words) if word.lower().rstrip(".") in _TITLES]
    name = list(words[titles[-1] + 1 :] if titles else words)
    return name[: name.index("of")] if "of" in name else name


def _trimmed(run: Sequence[str]) -> list[str]:
    """A run without the words at its ends that are capitalised for another reason: where a sentence begins, weekdays."""
    words = list(run)
    while words and words[0].lower() in _OPENERS:
        del words[0]
    while words and words[-1].lower() in _OPENERS:
        del words[-1]
    return words


def _sentences(text: str) -> list[_Sentence]:
    """The sentences of ``text``; a quotation is one token that holds its number in ``text``."""
    pieces, end = [], 0
    for number, quotation in enumerate(quotations(text)):
        stop = {".": ".", ",": ",", "?": ",", "!": ","}.get(quotation.text[-1], "")
        pieces += [text[end : quotation.start], f"“{number}{stop}”"]
        end = quotation.end
    found = []
    for sentence in sentences("".join((*pieces, text[end:]))):
        # A full stop clings to an abbreviation, and to the last word, where it is taken off.
        if tokens := _TOKEN.findall(sentence):
            tokens[-1] = tokens[-1].rstrip(".") if tokens[-1].count(".") == 1 else tokens[-1]
            found.append(_Sentence(tuple(tokens), dict(_runs(tokens))))
    return found


def _runs(tokens: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The runs of capitalised words (links such as "of" and "von" between two included); a genitive ends a run."""
    start: int | None = None
    for i, token in enumerate((*tokens, ",")):
        links = token in _LINKS and next((t[0].isupper() for t in tokens[i + 1 : i + 3] if t not in _LINKS), False)
        if start is not None and not (token[0].isupper() or links):
            yield start, i
            start = None
        if start is None and token[0].isupper():
            start = i
        if start is not None and _GENITIVE.search(token):
            yield start, i + 1
            start = None
