"""Every product's list is known for what it is, and says of its people what it says."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from newsletter.model.subscriber import Frequency
from newsletter.moving.formats import FORMATS, detect
from newsletter.moving.newcomer import Newcomer, Problem, Reason, Standing
from newsletter.moving.reading import Reading, open_list

FILES = Path(__file__).parent / "files"
A, P, U, G, S = Standing.ACTIVE, Standing.PAUSED, Standing.UNCONFIRMED, Standing.UNSUBSCRIBED, Standing.SUPPRESSED
#: Each file: product, generation, and how its people stand.
KNOWN: Mapping[str, tuple[str, str, dict[str, tuple[Standing | None, Reason | None]]]] = {
    "mailchimp_subscribed.csv": ("mailchimp", "subscribed", {"ann": (A, None), "BOB": (A, None)}),
    "mailchimp_unsubscribed.csv": ("mailchimp", "unsubscribed", {"bob": (G, None)}),
    "mailchimp_cleaned.csv": ("mailchimp", "cleaned", {"gone": (S, Reason.BOUNCE)}),
    "substack_old.csv": ("substack", "old", {"ann": (A, None), "bob": (S, Reason.OPT_OUT)}),
    "substack_newer.csv": ("substack", "newer", {"ann": (A, None)}),
    "substack_2026.csv": ("substack", "2026", {"ann": (A, None)}),
    "substack_paid.csv": ("substack", "paid", {"ann": (A, None)}),
    "ghost.csv": ("ghost", "any", {"ann": (A, None), "bob": (G, None)}),
    "listmonk.csv": ("listmonk", "export", {"ann": (A, None), "bob": (P, None), "eve": (S, Reason.BLOCKLIST)}),
    "keila.csv": ("keila", "export", {"ann": (A, None), "bob": (G, None), "gone": (S, Reason.BOUNCE)}),
    "mailtrain.csv": (
        "mailtrain", "v2", {"ann": (A, None), "bob": (G, None), "gone": (S, Reason.BOUNCE), "eve": (S, Reason.COMPLAINT)},
    ),
    "sendportal.csv": ("sendportal", "export", {"ann": (A, None)}),
    "beehiiv.csv": ("beehiiv", "export", {"ann": (A, None), "bob": (G, None)}),
    "curated.csv": ("curated", "export", {"ann": (A, None)}),
    "tinynews_1.csv": ("tinynews", "1", {"ann": (A, None)}),
    "tinynews_2.csv": ("tinynews", "2", {"ann": (A, None)}),
    "buttondown.csv": ("buttondown", "tolerant", {"ann": (A, None), "bob": (U, None), "eve": (G, None)}),
    "phplist.csv": ("phplist", "export", {"ann": (A, None), "bob": (U, None), "eve": (S, Reason.BLOCKLIST)}),
    "mailman_postorius.csv": ("mailman", "roster", {"ann": (None, None), "Bob": (None, None)}),
    "mailman_members.txt": ("mailman", "roster", {"ann": (None, None), "bob": (None, None), "zoe": (None, None)}),
    "mailman_rest.json": ("mailman", "rest", {"ann": (A, None), "bob": (A, None), "gone": (S, Reason.BOUNCE)}),
    "book.vcf": ("vcard", "any", {"ann": (None, None), "zoe": (None, None)}),
    "excel_western.csv": ("csv", "any", {"zoe": (None, None)}),
    "generic.csv": ("csv", "any", {"ann": (None, None)}),
}  # fmt: skip
#: The lines that cannot be taken, and why.
WRONG = {
    "mailchimp_subscribed.csv": [(5, "no e-mail address")], "ghost.csv": [(4, "deleted")], "listmonk.csv": [(5, "JSON object")],
    "tinynews_1.csv": [(3, "deleted")], "mailman_postorius.csv": [(4, "no e-mail address")],
}  # fmt: skip


def read(name: str, **given: Any) -> tuple[Reading, dict[str, Newcomer], list[Problem]]:
    reading = open_list(FILES / name, **given)
    found = list(reading.people())
    people = {one.email.partition("@")[0]: one for one in found if isinstance(one, Newcomer)}
    return reading, people, [one for one in found if isinstance(one, Problem)]


def test_every_file_has_its_expectation() -> None:
    assert {path.name for path in FILES.iterdir()} == set(KNOWN)


@pytest.mark.parametrize("name", KNOWN)
def test_a_list_is_known_for_what_it_is_and_its_people_stand_as_they_did(name: str) -> None:
    product, generation, standings = KNOWN[name]
    reading, people, problems = read(name)
    assert [(part.product, part.generation) for part in reading.parts] == [(product, generation)]
    assert {local: (one.standing, one.reason) for local, one in people.items()} == standings
    wrong = WRONG.get(name, [])
    assert [problem.line for problem in problems] == [line for line, _ in wrong]
    assert all(said in problem.sentence for problem, (_, said) in zip(problems, wrong, strict=True))
    assert all("example" not in problem.sentence for problem in problems), "a sentence holds no address"


@pytest.mark.parametrize("name", [name for name in KNOWN if KNOWN[name][0] in {one.product for one in FORMATS}])
def test_no_other_format_takes_it(name: str) -> None:
    (part,) = open_list(FILES / name).parts
    headings = frozenset(column.casefold() for column in part.columns)
    fitting = [one for one in FORMATS if one.is_this(headings)]
    assert fitting[0] is detect(part.columns)
    assert {one.product for one in fitting} == {KNOWN[name][0]}


def test_mailchimp_brings_evidence_tags_and_fields() -> None:
    reading, people, _ = read("mailchimp_subscribed.csv")
    ann = people["ann"]
    assert (ann.name, ann.tags, ann.timezone) == ("Ann Quay", ("VIP", "Blog, weekly"), "Europe/Berlin")
    assert (ann.agreement.asked_at, ann.agreement.asked_from) == (
        datetime(2024, 3, 14, 9, 12, 31, tzinfo=UTC),
        "192.0.2.7",
    )
    assert ann.agreement.zone_assumed
    assert ann.attributes["Town"] == "Port"
    assert (people["BOB"].email, people["BOB"].attributes["NOTES"]) == ("BOB@example.com", "two\nlines")
    assert reading.losses["coordinates"] == 2
    assert reading.losses["time zones of no such name"] == 1
    _, left, _ = read("mailchimp_unsubscribed.csv")
    assert (left["bob"].why, left["bob"].left_at) == ("NORMAL", datetime(2024, 6, 1, 8, tzinfo=UTC))


def test_substack_brings_digests_and_loses_payments() -> None:
    reading, people, _ = read("substack_old.csv")
    assert people["ann"].frequency is Frequency.WEEKLY
    assert people["ann"].created_at == datetime(2023, 2, 3, 4, 5, 6, 789000, tzinfo=UTC)
    assert reading.losses["payments"] == 3
    _, newer, _ = read("substack_2026.csv")
    assert (newer["ann"].agreement.source, newer["ann"].name) == ("direct", "Ann Quay")


def test_formulas_of_ghost_come_in_as_they_were_typed() -> None:
    _, people, _ = read("ghost.csv")
    assert people["ann"].name == "=cmd|' /C calc'!A0"
    assert (people["ann"].attributes["note"], people["ann"].tags) == ("@SUM(1)", ("vip", "press"))


def test_attributes_of_listmonk_are_spread() -> None:
    _, people, _ = read("listmonk.csv")
    assert people["ann"].attributes == {"city": "Bern", "likes": "[1, 2]"}
    assert people["bob"].created_at == datetime(2024, 3, 14, 9, 12, 31, 123456, tzinfo=UTC)


def test_mailman_keeps_commas_in_names_and_makes_digests_weekly() -> None:
    _, people, _ = read("mailman_members.txt")
    assert [one.name for one in people.values()] == ["Ann Quay", "Smith, Jr.", ""]
    _, members, _ = read("mailman_rest.json")
    assert (members["bob"].frequency, members["bob"].plain) == (Frequency.WEEKLY, True)


def test_an_address_book_gives_the_preferred_address_and_its_groups() -> None:
    _, people, _ = read("book.vcf")
    assert (people["ann"].name, people["ann"].tags) == ("Ann Quay", ("press", "harbour"))
    assert people["ann"].attributes == {"e-mail 2": "ann.home@example.com"}
    assert people["zoe"].name == "Zoë Zöe"


def test_a_list_of_western_excel_is_read_in_french() -> None:
    _, people, _ = read("excel_western.csv")
    assert (people["zoe"].name, people["zoe"].attributes) == ("Zoé Quai", {"Ville": "Bâle"})


def test_whoever_imports_can_say_what_a_column_is() -> None:
    _, people, _ = read("generic.csv", mapping={"NAME": "nothing"})
    assert people["ann"].name == ""
    _, people, _ = read("generic.csv", mapping={"name": "attribute"})
    assert people["ann"].attributes == {"name": "Lee, Ann"}
