"""A made-up week of news of any size, the same for the same seed, of which it is known who tells the same story.

Every story has its own people, places and figures and shares its beat's words with hundreds of others; every outlet tells
it in wordings of its own, leaves facts out and adds background. So the truth of the clusters is known, and the texts repeat
and differ in about the measure in which a week's papers do. It is no substitute for real articles: see docs/benchmarks.md.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, timedelta

from bench import coast
from newsletter.model.article import Article, Byline, Provenance, Quote
from newsletter.model.slot import Slot

SLOT = Slot("2026-W47", "UTC")
#: Sentences of an article, from and to: the facts of its story that the outlet tells, and background among them.
FACTS = (3, 6)
BACKGROUND = (10, 28)
#: So much of the background speaks of the story itself, the rest of others on the same beat.
OF_THE_STORY = 0.25
#: So many of the quotations are carried by all outlets that tell a story, as from a press conference.
SHARED_SAYING = 0.5


@dataclass(frozen=True, slots=True)
class Told:
    """One outlet's article and the number of the story it tells; ``weight`` (0 to 1) is how much the story matters."""

    article: Article
    story: int
    weight: float


def week(articles: int, *, sources: int = 20, seed: int = 1, undated: float = 0.0, slot: Slot = SLOT) -> list[Told]:
    """So many articles from so many outlets, in the order of arrival; ``undated`` is the share that prints no date.

    About half the stories are told once and the rest by up to all outlets; the weightier a story, the more tell it, the
    longer they do. With ``articles`` the number of stories grows, not their size.
    """
    dice = random.Random(seed)  # noqa: S311 - a week that can be made again, not a secret
    outlets = [f"The {_name(dice, coast.PLACE_ENDS)} {coast.OUTLETS[i % len(coast.OUTLETS)]}" for i in range(sources)]
    told: list[Told] = []
    story = 0
    while len(told) < articles:
        weight = dice.random()
        tellers = dice.sample(outlets, max(1, min(sources, round(dice.paretovariate(1.4) * (0.5 + weight)))))
        told += _story(dice, story, weight, tellers[: articles - len(told)], slot)
        story += 1
    dice.shuffle(told)
    silent = round(articles * undated)
    return [replace(one, article=replace(one.article, published=None)) for one in told[:silent]] + told[silent:]


def _story(dice: random.Random, number: int, weight: float, outlets: list[str], slot: Slot) -> Iterator[Told]:
    beat = dice.choice(coast.BEATS)
    facts = _facts(dice, beat)
    saying = _filled(dice.choice(coast.SAYINGS), facts)
    begins = slot.starts + timedelta(hours=dice.uniform(0, 120))
    for outlet in outlets:
        said = saying if dice.random() < SHARED_SAYING else _filled(dice.choice(coast.SAYINGS), _facts(dice, beat))
        article = _article(dice, beat, facts | {"quote": said}, outlet, weight)
        at = (begins + timedelta(hours=dice.uniform(0, 40))).astimezone(UTC)
        url = f"https://{outlet.split()[1].lower()}-{outlet.split()[2].lower()}.example/{slot.key}/{number}"
        arrival = Provenance(parser="bench", fetched_at=at + timedelta(hours=1))
        yield Told(replace(article, url=url, published=at, provenance=arrival), number, weight)


def _article(dice: random.Random, beat: coast.Beat, facts: Mapping[str, str], outlet: str, weight: float) -> Article:
    sentences = [_filled(dice.choice(ways), facts) for ways in dice.sample(coast.FACTS, dice.randint(*FACTS))]
    low, high = BACKGROUND
    for template in dice.sample(coast.BACKGROUND, low + round((high - low) * weight * dice.random())):
        told = facts if dice.random() < OF_THE_STORY else _facts(dice, beat)
        sentences.insert(dice.randint(1, len(sentences)), _filled(template, told))
    body = tuple(" ".join(sentences[at : at + 2]) for at in range(0, len(sentences), 2))
    quotes = (Quote(text=facts["quote"], speaker=facts["person"]),) if facts["quote"] in " ".join(body) else ()
    return Article(
        headline=_filled(dice.choice(coast.HEADLINES), facts),
        dek=_filled(dice.choice(coast.DEKS), facts) if dice.random() < 2 / 3 else None,
        byline=Byline(raw=beat.name, section=beat.name),
        body=body,
        quotes=quotes,
        outlet=outlet,
        topics=(beat.name,),
        language="en",
        provenance=Provenance(parser="bench", fetched_at=SLOT.starts),
    )


def _facts(dice: random.Random, beat: coast.Beat) -> dict[str, str]:
    """What the braces of a sentence stand for in one story of ``beat``."""
    thing, thing2 = (f"{one} {_which(dice)}" for one in dice.sample(beat.things, 2))
    # What happens to it is not the beat's own: five or six phrases to choose from would make all its stories alike.
    elsewhere, partner = dice.choice(coast.BEATS), dice.choice((beat, dice.choice(coast.BEATS)))
    (act, acted), (_, acted2) = (pair.split("/") for pair in dice.sample(partner.acts, 2))
    body = dice.choice(partner.bodies)
    person, other, witness = (f"{dice.choice(coast.FIRST)} {_name(dice, coast.PERSON_ENDS)}" for _ in range(3))
    place, second = (_name(dice, coast.PLACE_ENDS) for _ in range(2))
    return {
        "thing": thing, "thing_": _capital(thing), "thing2": thing2, "act": act, "acted": acted, "acted2": acted2,
        "body": body, "Body": _capital(body), "cause": dice.choice(elsewhere.causes),
        "effect": dice.choice(elsewhere.effects),
        "person": person, "person_": person, "other": other, "witness": witness, "place": place, "second": second,
        "firm": f"{_name(dice, coast.PERSON_ENDS)} & {_name(dice, coast.PERSON_ENDS)}", "day": dice.choice(coast.DAYS),
        "n": str(dice.randint(9, 40)), "m": str(dice.randint(2, 8)), "n2": str(dice.randint(11, 99)),
        "n3": str(dice.randint(101, 9999)),
        **{f"d{i}": detail for i, detail in enumerate(dice.sample(coast.DETAILS, 4), start=1)},
    }  # fmt: skip


def _which(dice: random.Random) -> str:
    """What tells a thing from others of its kind: a spot that every town has, or a name of its own."""
    return dice.choice((dice.choice(coast.WHICH), f"of {_name(dice, coast.PLACE_ENDS)}"))


def _filled(template: str, facts: Mapping[str, str]) -> str:
    return template.format_map(facts)


def _name(dice: random.Random, ends: tuple[str, ...]) -> str:
    return dice.choice(coast.ONSETS) + dice.choice(coast.MIDDLES) + dice.choice(ends)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
