"""Segments: rules over readers, in words an editor would type, such as ``topic is Harbour and not cadence is monthly``.

    rule      = all ("or" all)*
    all       = one ("and" one)*
    one       = "not" one | "(" rule ")" | condition
    condition = topic is NAME | cadence is WORD | language is TAG | timezone is NAME | state is WORD | format is WORD
              | source is|has TEXT | email is|has TEXT | attribute NAME is|has TEXT
              | joined|seen after|before DATE | joined|seen within N days

Words of the language may be in any letter case, names and texts count as they are written; quotes hold spaces together.
Days are those of UTC.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from newsletter.errors import NewsletterError
from newsletter.model.subscriber import Frequency, Subscription, SubscriptionState

#: The longest rule, in characters, and the deepest, in brackets and nots.
LONGEST, DEEPEST = 2_000, 30
#: So many days back at most.
FARTHEST = 36_500

_WORDS: Mapping[str, tuple[str, ...]] = {
    "cadence": tuple(one.value for one in Frequency if one is not Frequency.NEVER),
    "state": tuple(one.value for one in SubscriptionState),
    "format": ("html", "text"),
}
_TEXTS, _NAMES, _MOMENTS = ("source", "email"), ("topic", "language", "timezone"), ("joined", "seen")
FIELDS = (*_NAMES, *_WORDS, *_TEXTS, "attribute", *_MOMENTS)


@dataclass(frozen=True, slots=True)
class Condition:
    """What one reader is asked: ``field`` ``operator`` ``value``; ``name`` is which attribute."""

    field: str
    operator: str
    value: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Not:
    """Whoever ``rule`` does not mean."""

    rule: "Rule"


@dataclass(frozen=True, slots=True)
class All:
    """Whoever every one of the rules means."""

    rules: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Whoever one of the rules means."""

    rules: tuple["Rule", ...]


Rule = Condition | Not | All | Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What counts for readers who chose nothing themselves: the newsletter's ``language`` and ``timezone``."""

    language: str
    timezone: str


def words(rule: Rule) -> str:
    """The rule as text; reading it again gives the same rule."""
    match rule:
        case Condition(field, operator, value, name):
            said = f"{value} days" if operator == "within" else _quoted(value)
            return (
                f"{field} {_quoted(name)} {operator} {said}" if field == "attribute" else f"{field} {operator} {said}"
            )
        case Not(inner):
            return f"not {_in_brackets(inner)}"
        case All(rules):
            return " and ".join(_in_brackets(one) for one in rules)
        case Any(rules):
            return " or ".join(_in_brackets(one) for one in rules)


def _in_brackets(rule: Rule) -> str:
    return f"({words(rule)})" if isinstance(rule, All | Any) else words(rule)


def _quoted(text: str) -> str:
    plain = text and all(letter.isalnum() or letter in "-_./+@" for letter in text)
    if plain and text.casefold() not in ("and", "or", "not"):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def matches(rule: Rule, reader: Subscription, usual: Usual, now: datetime) -> bool:
    """Whether a rule means a reader, as the database answers it too."""
    match rule:
        case Condition():
            return _matches(rule, reader, usual, now)
        case Not(inner):
            return not matches(inner, reader, usual, now)
        case All(rules):
            return all(matches(one, reader, usual, now) for one in rules)
        case Any(rules):
            return any(matches(one, reader, usual, now) for one in rules)


def _matches(condition: Condition, reader: Subscription, usual: Usual, now: datetime) -> bool:
    person, field = reader.subscriber, condition.field
    if field == "topic":
        return reader.topics.get(condition.value) is not Frequency.NEVER
    if field in _MOMENTS:
        return _is_then(condition, reader.since if field == "joined" else person.seen_at, now)
    held: dict[str, Callable[[], str | None]] = {
        "cadence": lambda: reader.frequency.value,
        "language": lambda: person.language or usual.language,
        "timezone": lambda: person.timezone or usual.timezone,
        "state": lambda: reader.state.value,
        "format": lambda: "text" if person.plain else "html",
        "source": lambda: reader.source,
        "email": lambda: person.email,
        "attribute": lambda: person.attributes.get(condition.name),
    }
    found = held[field]()
    return found is not None and (condition.value in found if condition.operator == "has" else condition.value == found)


def _is_then(condition: Condition, moment: datetime | None, now: datetime) -> bool:
    if moment is None:
        return False
    instant = boundary(condition, now)
    return moment < instant if condition.operator == "before" else moment >= instant


def boundary(condition: Condition, now: datetime) -> datetime:
    """The instant that a condition of time is about: what is ``before`` it is earlier, all else is it or later."""
    if condition.operator == "within":
        return now - timedelta(days=int(condition.value))
    day = date.fromisoformat(condition.value) + timedelta(days=condition.operator == "after")
    return datetime.combine(day, time(), UTC)


def offered(rule: Rule, topics: Collection[str]) -> Rule:
    """The rule with the topics as the newsletter spells them; ``NewsletterError`` names one that it does not offer."""
    match rule:
        case Condition("topic"):
            known = {topic.casefold(): topic for topic in topics}
            if rule.value.casefold() not in known:
                raise NewsletterError(
                    f"There is no topic {rule.value!r}; the newsletter offers: {', '.join(topics) or 'none'}"
                )
            return replace(rule, value=known[rule.value.casefold()])
        case Not(inner):
            return Not(offered(inner, topics))
        case All(rules):
            return All(tuple(offered(one, topics) for one in rules))
        case Any(rules):
            return Any(tuple(offered(one, topics) for one in rules))
        case _:
            return rule


def check_words(condition: Condition) -> None:
    """``NewsletterError`` if the value of a condition is none of those that its field has."""
    if (known := _WORDS.get(condition.field)) and condition.value not in known:
        raise NewsletterError(f"{condition.field} is one of {', '.join(known)}")
    if condition.operator in ("after", "before"):
        try:
            day = date.fromisoformat(condition.value)
        except ValueError:
            raise NewsletterError("a day is written as 2026-11-20") from None
        if not 1900 < day.year < 9000:  # noqa: PLR2004 - a day may be added, and every database knows them
            raise NewsletterError("a day is of this era")
    if condition.operator == "within" and not (
        condition.value.isascii() and condition.value.isdigit() and int(condition.value) <= FARTHEST
    ):
        raise NewsletterError(f"a number of days is from 0 to {FARTHEST}")


def operators(field: str) -> tuple[str, ...]:
    """What a field can be asked."""
    if field in _MOMENTS:
        return ("after", "before", "within")
    return ("is", "has") if field in (*_TEXTS, "attribute") else ("is",)
