"""What an article is about: what its page says, then the regions of the world that its words speak of."""

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from newsletter.compose.choose.gazetteer import HOME_REGION, HOME_TERMS, REGIONS
from newsletter.model.article import Article

#: A name in the headline counts three times, in the dek twice.
HEADLINE = 3.0
DEK = 2.0
BODY = 1.0
#: The host country beats a mention of the White House: such a mention counts half.
HOME = 0.5
#: The beginning of the body says what it is about; in characters.
BODY_READ = 2000
#: A guess is never surer than this: rules of this kind are right in about two cases of three.
MOST_SHARE = 0.66
#: A guess that is not the best counts from here on.
ENOUGH_SHARE = 0.3
#: Evidence that each region is given beforehand, so that one name alone makes nobody sure.
_BEFOREHAND = 1.0
_FEWEST_GUESSES = 2
_NAMED = 3


@dataclass(frozen=True, slots=True)
class TopicGuess:
    """One thing that an article may be about. ``share`` is 1 if its page says so, else at most 0.66; ``reason`` in words."""

    topic: str
    share: float
    reason: str


def topics(article: Article) -> tuple[TopicGuess, ...]:
    """What ``article`` is about, best first: the topics that it states, then at least two guesses if any name hints at one.

    Guesses are regions: countries, capitals, peoples and actors are counted, in the headline three times, in the dek
    twice; those of the politics of the United States half.
    """
    stated = _stated(article)
    known = {guess.topic.casefold() for guess in stated}
    return (*stated, *(guess for guess in _regions(article) if guess.topic.casefold() not in known))


def stated_topics(article: Article) -> tuple[str, ...]:
    """The topics that page or feed give ``article`` themselves, each once."""
    return tuple(guess.topic for guess in _stated(article))


def is_about(article: Article, wanted: Sequence[str]) -> bool:
    """Whether ``article`` belongs to one of the topics ``wanted``, whatever their case.

    It does if page or feed say so, if one of them is the best guess, or a guess with a share of 0.3 and more.
    """
    asked = {topic.casefold() for topic in wanted}
    if any(topic.casefold() in asked for topic in stated_topics(article)):
        return True
    if not any(region.casefold() in asked for region in REGIONS):
        return False
    guesses = _regions(article)
    return any(
        guess.topic.casefold() in asked for guess in guesses if guess is guesses[0] or guess.share >= ENOUGH_SHARE
    )


def _stated(article: Article) -> tuple[TopicGuess, ...]:
    section = article.byline.section if article.byline else None
    found: dict[str, TopicGuess] = {}
    for topic, reason in (
        (section, "the section of its byline"),
        *((t, "named by page or feed") for t in article.topics),
    ):
        if topic and topic.strip():
            found.setdefault(topic.strip().casefold(), TopicGuess(topic.strip(), 1.0, reason))
    return tuple(found.values())


def _regions(article: Article) -> tuple[TopicGuess, ...]:
    return _guesses(article.headline, article.dek or "", "\n".join(article.body)[:BODY_READ])


@lru_cache(maxsize=2048)  # each section of the plan asks about each article of the week
def _guesses(headline: str, dek: str, body: str) -> tuple[TopicGuess, ...]:
    texts = ((headline, HEADLINE), (dek, DEK), (body, BODY))
    evidence = {region: _evidence(texts, region) for region in REGIONS}
    points = {region: math.fsum(found.values()) for region, found in evidence.items()}
    if not any(points.values()):
        return ()
    total = math.fsum(points.values()) + _BEFOREHAND * len(REGIONS)
    best = sorted(points, key=lambda region: -points[region])
    return tuple(
        TopicGuess(region, _share(points[region], total), _reason(evidence[region]))
        for place, region in enumerate(best)
        if points[region] or place < _FEWEST_GUESSES
    )


def _share(points: float, total: float) -> float:
    return round(min(MOST_SHARE, (points + _BEFOREHAND) / total), 2)


def _reason(evidence: Mapping[str, float]) -> str:
    if not evidence:
        return "no name of this region; offered as the other choice"
    best = sorted(evidence, key=lambda name: -evidence[name])
    return "names " + ", ".join(f"“{name}”" for name in best[:_NAMED])


def _evidence(texts: Sequence[tuple[str, float]], region: str) -> Mapping[str, float]:
    """The names of ``region`` in weighted ``texts`` as printed, with the points that they bring."""
    points: defaultdict[str, float] = defaultdict(float)
    for text, weight in texts:
        for name in _pattern(region).findall(text):
            points[name] += weight
        if region == HOME_REGION:
            for name in _home_pattern().findall(text):
                points[name] += weight * HOME
    return points


@cache
def _pattern(region: str) -> re.Pattern[str]:
    return _any_of(REGIONS[region])


@cache
def _home_pattern() -> re.Pattern[str]:
    return _any_of(HOME_TERMS)


def _any_of(terms: Sequence[str]) -> re.Pattern[str]:
    """A pattern for ``terms``, longer ones first; a possessive is not part of the name."""
    ordered = sorted(terms, key=len, reverse=True)
    words = (re.escape(term[:-1]) + r"\w*" if term.endswith("*") else re.escape(term) + "s?" for term in ordered)
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)")
