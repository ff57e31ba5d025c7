"""A newsletter as a TOML file: what editors own, to be read, printed and applied again."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from newsletter.cli.cadence_file import cadence_of, cadence_values
from newsletter.cli.manners_file import manners_of, manners_values
from newsletter.cli.people import person
from newsletter.cli.terms_file import terms_of, terms_values
from newsletter.errors import NewsletterError
from newsletter.model.issue import SectionKind
from newsletter.model.newsletter import DEFAULT_PLAN, USUAL_MOST, Newsletter, PlannedSection, Register, Rule, RuleField

_LISTS = ("plan", "rules")
_TABLES = (*_LISTS, "topics", "manners", "cadence", "terms")
#: The settings that are one line of text.
LINES = tuple(f.name for f in fields(Newsletter) if f.name not in ("id", *_TABLES))
_NEEDED = ("slug", "title", "sender", "sender_name", "organisation", "postal_address")
_SECTION_KEYS = tuple(f.name for f in fields(PlannedSection))
_ONLY_ONCE = (SectionKind.LEAD, SectionKind.SPONSOR)
_WEIGHTS = range(-2, 4)

_Word = TypeVar("_Word", bound=StrEnum)


def read_newsletter(file: Path) -> Newsletter:
    """The newsletter that a TOML file describes, or an error that names the key."""
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise NewsletterError(f"{file} cannot be read ({type(error).__name__}).") from error
    except tomllib.TOMLDecodeError as error:
        raise NewsletterError(f"{file} is not valid TOML: {error}.") from error
    return checked(values)


def as_toml(newsletter: Newsletter) -> str:
    """``newsletter`` in the form that ``read_newsletter`` reads."""
    lines = [f"{key} = {_toml(value)}" for key in LINES if (value := getattr(newsletter, key)) is not None]
    if newsletter.topics:
        lines.append(f"topics = {_toml(list(newsletter.topics))}")
    if newsletter.cadence:
        lines += ["", "[cadence]", *_table(cadence_values(newsletter.cadence))]
    if said := manners_values(newsletter.manners):
        lines += ["", "[manners]", *_table(said)]
    if agreed := terms_values(newsletter.terms):
        lines += ["", "[terms]", *_table(agreed)]
    for section in newsletter.plan:
        lines += ["", "[[plan]]", *_table(_section_values(section))]
    for rule in newsletter.rules:
        lines += ["", "[[rules]]", *_table(rule_values(rule))]
    return "\n".join(lines)


def values_of(newsletter: Newsletter) -> dict[str, Any]:
    """``newsletter`` as the values that ``checked`` takes."""
    texts = {key: getattr(newsletter, key) for key in LINES if getattr(newsletter, key) is not None}
    plan = [_section_values(section) for section in newsletter.plan]
    rules = [rule_values(rule) for rule in newsletter.rules]
    when = {"cadence": cadence_values(newsletter.cadence)} if newsletter.cadence else {}
    more = {"topics": list(newsletter.topics), "manners": manners_values(newsletter.manners), **when}
    more["terms"] = terms_values(newsletter.terms)
    return {**texts, "plan": plan, "rules": rules, **more}


#: A language tag, in as far as its shape goes (RFC 5646, 2.1).
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")


def checked(values: Mapping[str, Any]) -> Newsletter:
    """A newsletter of these values, each of its kind, each address an address, the zone a zone."""
    if strange := set(values) - {*LINES, *_TABLES}:
        raise NewsletterError(f"A newsletter has no setting {min(strange)!r}; it has {', '.join((*LINES, *_TABLES))}.")
    if missing := [key for key in _NEEDED if not values.get(key)]:
        raise NewsletterError(f"A newsletter needs {missing[0]}.")
    texts = {key: value for key, value in values.items() if key in LINES}
    if any(not isinstance(text, str) or any(ord(c) < ord(" ") for c in text) for text in texts.values()):
        raise NewsletterError("A setting is not one line of text.")
    if not texts["slug"].replace("-", "").isalnum() or not texts["slug"].isascii():
        raise NewsletterError("A slug is made of letters, digits and hyphens.")
    if texts.get("timezone", "UTC") not in (available_timezones() or {ZoneInfo("UTC").key}):
        raise NewsletterError(f"{texts['timezone']!r} is no timezone; write one as Europe/Berlin.")
    if not _LANGUAGE.fullmatch(texts.get("language", "en")):
        raise NewsletterError(f"{texts['language']!r} is no language; write its tag, such as en, de-AT or zh-Hant.")
    plan = tuple(map(_section, _tables("plan", values["plan"]))) if "plan" in values else DEFAULT_PLAN
    _refuse_muddled(plan)
    rules = tuple(map(rule_of, _tables("rules", values.get("rules", []))))
    topics = values.get("topics", [])
    if not isinstance(topics, list) or not all(_is_line(topic) and not set(topic) & set("+=") for topic in topics):
        raise NewsletterError('topics is a list such as ["Europe", "Culture"], without + and =.')
    made = Newsletter(
        **texts, plan=plan, rules=rules, topics=tuple(topics), manners=manners_of(values.get("manners", {})),
        cadence=cadence_of(values["cadence"]) if "cadence" in values else None,
        terms=terms_of(values.get("terms", {})),
    )  # fmt: skip
    reply_to = person(made.reply_to, "").email if made.reply_to else None
    return replace(made, sender=person(made.sender, "").email, reply_to=reply_to)


def rule_of(values: Mapping[str, Any]) -> Rule:
    """The rule of a ``[[rules]]`` table: one of outlet, topic, word; and a weight, or ``never = true``."""
    named = [key for key in values if key in set(RuleField)]
    if len(named) != 1 or set(values) - {*named, "weight", "never"} or not _is_line(values[named[0]]):
        raise NewsletterError("A rule names one of outlet, topic or word, and says weight = -2 to 3, or never = true.")
    weight = None if values.get("never") is True else values.get("weight")
    if weight is not None and (type(weight) is not int or weight not in _WEIGHTS):
        raise NewsletterError("The weight of a rule is a whole number from -2 to 3.")
    if weight is None and values.get("never") is not True:
        raise NewsletterError(f"The rule for {named[0]} {values[named[0]]!r} says neither a weight nor never = true.")
    return Rule(field=RuleField(named[0]), value=values[named[0]], weight=weight)


def rule_values(rule: Rule) -> dict[str, Any]:
    """The values of a rule's table."""
    return {str(rule.field): rule.value, **({"never": True} if rule.weight is None else {"weight": rule.weight})}


def _section(values: Mapping[str, Any]) -> PlannedSection:
    if strange := set(values) - set(_SECTION_KEYS):
        raise NewsletterError(f"A section of the plan has no key {min(strange)!r}; it has {', '.join(_SECTION_KEYS)}.")
    kind = _word(SectionKind, "kind", values.get("kind"))
    most = values.get("most", USUAL_MOST[kind])
    topics = values.get("topics", [])
    if type(most) is not int or most < 0:
        raise NewsletterError(f"The section {kind}: most is a whole number, 0 to leave the section out.")
    if not isinstance(topics, list) or not all(_is_line(topic) for topic in topics):
        raise NewsletterError(f'The section {kind}: topics is a list such as ["Europe"].')
    if not all(_is_line(values[key]) for key in ("name", "heading") if key in values):
        raise NewsletterError(f"The section {kind}: name and heading are one line of text.")
    return PlannedSection(
        kind=kind, most=most, name=values.get("name", ""), heading=values.get("heading"), topics=tuple(topics),
        register=_word(Register, "register", values.get("register", Register.NARRATIVE)),
    )  # fmt: skip


def _refuse_muddled(plan: Sequence[PlannedSection]) -> None:
    names = [section.name for section in plan]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise NewsletterError(f"Two sections of the plan are called {twice[0]!r}; give each a name of its own.")
    kinds = [section.kind for section in plan]
    if many := [kind for kind in _ONLY_ONCE if kinds.count(kind) > 1]:
        raise NewsletterError(f"A plan has one section {many[0]} at most.")
    if not plan or plan[0].kind is not SectionKind.LEAD or plan[0].most != 1:
        raise NewsletterError('A plan begins with the lead, which is one item: [[plan]] kind = "lead".')


def _tables(key: str, value: object) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(table, dict) for table in value):
        raise NewsletterError(f"{key} is a list of tables; write [[{key}]] above each.")
    return value


def _word(words: type[_Word], key: str, value: object) -> _Word:
    try:
        return words(str(value))
    except ValueError:
        raise NewsletterError(f"{value!r} is no {key}; write one of {', '.join(words)}.") from None


def _is_line(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and all(ord(c) >= ord(" ") for c in value)


def _section_values(section: PlannedSection) -> dict[str, Any]:
    """What a table has to say of ``section``: no key that only repeats what goes without saying."""
    values = asdict(section)
    plain = {
        "name": str(section.kind), "heading": None, "topics": (),
        "register": section.register if section.kind is not SectionKind.OTHER_NEWS else None,
    }  # fmt: skip
    kept = {key: value for key, value in values.items() if key not in plain or value != plain[key]}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in kept.items()}


def _table(values: Mapping[str, Any]) -> Iterator[str]:
    return (f"{key} = {_toml(value)}" for key, value in values.items())


def _toml(value: object) -> str:
    """A TOML value: strings, numbers, booleans and lists of strings are written as in JSON."""
    return json.dumps(value, ensure_ascii=False)
