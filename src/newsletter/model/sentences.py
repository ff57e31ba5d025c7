"""Sentences, words and tokens of a text: rules and a list of abbreviations, no data to download.

English first. Other scripts are split at their own full stops and never cause an error. Time is linear in the text.
"""

import re


def words(text: str) -> tuple[str, ...]:
    """The words of ``text`` as an editor counts them: what stands between white space."""
    return tuple(text.split())


def word_count(text: str) -> int:
    """How many words ``text`` has."""
    return len(text.split())


#: A paragraph ends a sentence whatever its last character is.
_PARAGRAPHS = re.compile(r"\n[^\S\n]*\n\s*")
#: Marks that end a sentence, the closing marks that belong to it, then white space (which Chinese and Japanese do without).
#: Possessive repeats and the look-behind keep "....." from being tried again from each of its dots.
_ENDS = re.compile(r"(?<![.!?…؟۔।])[.!?…؟۔।]++[\"'”’»)\]]*+(?=\s)|(?<![。！？])[。！？]++[”’」』）]*+")
_OPENERS = "\"'“‘«„([¿¡—–- "
#: Nobody ends a sentence with these: a name or an example follows.
_LEADS_ON = frozenset(
    words(
        "Adm Atty Brig Capt Cmdr Col Cpl Dr Fr Gen Gov Hon Lt Maj Mr Mrs Ms Mt Pres Prof Rep Reps Rev Sen Sens Sgt Ss St"
        " vs approx ca cf eg ie e.g i.e"
    )
)
#: Abbreviations before a number, words of their own elsewhere.
_BEFORE_NUMBER = frozenset(words("no nos p pp fig figs vol art No Nos Fig Figs Vol Art"))
#: These may end a sentence; whether they do is told by the word that follows.
_MAY_END = frozenset(
    words(
        "Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun"
        " Assn Ave Blvd Bros Co Corp Dept Dist Inc Intl Jr Ltd Mfg Sr Univ est etc ft a.m p.m"
    )
)
_STARTERS = frozenset(
    words(
        "a after all although an and another as at because before both but by during each even every few following for from"
        " he her here his how however i if in it its last many meanwhile more most no nobody not now of on once one only or"
        " other our she since so some still such that the their then there these they this those though to today under"
        " until we what when where while who with yet you"
    )
)
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
#: How far before a full stop an abbreviation may begin.
_REACH = 24
_TOKEN = re.compile(r"[^\W_]+(?:[.,'’-][^\W_]+)*")
_POSSESSIVE = ("'s", "’s")


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of ``text`` in order, as printed; closing quotation marks stay with the sentence they close."""
    found: list[str] = []
    for paragraph in _PARAGRAPHS.split(text):
        start = 0
        for end in _ENDS.finditer(paragraph):
            if _ends_here(paragraph, end):
                found.append(paragraph[start : end.end()].strip())
                start = end.end()
        found.append(paragraph[start:].strip())
    return tuple(sentence for sentence in found if sentence)


def tokens(text: str) -> tuple[str, ...]:
    """The words of ``text`` for comparing: lower case, without punctuation around them and without a possessive s."""
    return tuple(token[:-2] if token.endswith(_POSSESSIVE) else token for token in _TOKEN.findall(text.lower()))


def _ends_here(paragraph: str, end: re.Match[str]) -> bool:
    """Whether the marks found really end a sentence."""
    if paragraph[end.start()] in "。！？":
        return True
    following = _word_after(paragraph, end.end())
    if following[:1].islower():
        return False
    if end.group() != ".":
        return True
    before = _word_before(paragraph, end.start())
    if before in _LEADS_ON or (before in _BEFORE_NUMBER and following[:1].isdigit()):
        return False
    if before in _MAY_END or _INITIALS.fullmatch(before):
        return following.lower() in _STARTERS
    return True


def _word_after(paragraph: str, at: int) -> str:
    """The first word after ``at`` without the marks that open it."""
    head = paragraph[at : at + 2 * _REACH].lstrip().lstrip(_OPENERS)
    found = re.match(r"[^\W_]+", head)
    return found.group() if found else ""


def _word_before(paragraph: str, at: int) -> str:
    """The word that ends at ``at``; cut short when it is too long to be an abbreviation."""
    tail = paragraph[max(0, at - _REACH) : at].split()
    return tail[-1].lstrip(_OPENERS) if tail and not paragraph[at - 1].isspace() else ""
