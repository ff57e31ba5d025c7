"""Lists come in as they are: whoever left stays away, twice is once, and our own list comes back without a loss."""

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders import NOW, newsletter, subscriber
from newsletter.model.consent import Consent, ConsentKind
from newsletter.model.issue import SectionKind
from newsletter.model.newsletter import Newsletter
from newsletter.model.subscriber import OPTIONAL_SECTIONS, Frequency, Subscription, SubscriptionState
from newsletter.model.suppression import SuppressionReason
from newsletter.moving import own
from newsletter.moving.newcomer import Problem, Standing
from newsletter.moving.reading import open_list
from newsletter.moving.writing import TARGETS, write_for
from newsletter.moving_in import MovingIn, Report
from newsletter.pipeline import Press
from newsletter.store.store import Store

FILES = Path(__file__).parent / "moving" / "files"


@pytest.fixture
def letter(press: Press) -> Newsletter:
    return press.store.newsletters.save(newsletter())


def carry(
    store: Store, letter: Newsletter, path: Path, usual: Standing = Standing.ACTIVE, **given: Any
) -> tuple[Report, list[Problem]]:
    wrong: list[Problem] = []
    moving_in = MovingIn(store=store, actor="t", clock=lambda: NOW)
    return moving_in.carry(open_list(path), letter, usual=usual, troubled=wrong.append, **given), wrong


def standing(store: Store, letter: Newsletter) -> dict[str, SubscriptionState]:
    return {
        one.subscriber.email.partition("@")[0].casefold(): one.state
        for one in store.subscribers.of(int(letter.id or 0))
    }


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Mailchimp's archive: a file each for those who get mail, who left, and whose mailbox is gone."""
    path = tmp_path / "mailchimp.zip"
    with zipfile.ZipFile(path, "w") as out:
        for kind in ("subscribed", "unsubscribed", "cleaned"):
            name = f"{kind}_members_export_7b2a.csv"
            out.writestr(name, (FILES / f"mailchimp_{kind}.csv").read_bytes())
    return path


def test_an_archive_of_three_files_comes_in_with_the_strictest_of_what_they_say(
    press: Press, letter: Newsletter, archive: Path
) -> None:
    report, wrong = carry(press.store, letter, archive)
    assert standing(press.store, letter) == {"ann": SubscriptionState.ACTIVE, "bob": SubscriptionState.UNSUBSCRIBED}
    counted = press.store.suppressions.count()
    assert counted == {(letter.id, SuppressionReason.UNSUBSCRIBED): 1, (0, SuppressionReason.BOUNCE): 1}
    assert (report.suppressed, len(wrong)) == (2, report.problems)


def test_the_same_list_twice_changes_nothing(press: Press, letter: Newsletter, archive: Path) -> None:
    carry(press.store, letter, archive)
    before = exported(press.store, letter)
    again, _ = carry(press.store, letter, archive)
    assert (again.new, again.left, again.suppressed) == (0, 0, 0)
    assert exported(press.store, letter) == before


def test_a_dry_run_counts_and_changes_nothing(press: Press, letter: Newsletter, archive: Path) -> None:
    report, _ = carry(press.store, letter, archive, dry_run=True)
    assert report.standings[Standing.ACTIVE] == 2, (
        "Bob stands in two files; which is stricter is known when they come in"
    )
    assert (standing(press.store, letter), press.store.suppressions.count()) == ({}, {})
    assert press.store.audit.of(f"newsletter {letter.id}") == []


def test_nobody_who_left_here_comes_back_by_a_list(press: Press, letter: Newsletter) -> None:
    carry(press.store, letter, FILES / "generic.csv")
    found = press.store.subscribers.find("ann@example.com", 1)
    press.store.subscribers.change(replace(found, state=SubscriptionState.UNSUBSCRIBED), 1, actor="subscriber", now=NOW)
    carry(press.store, letter, FILES / "generic.csv")
    assert standing(press.store, letter)["ann"] is SubscriptionState.UNSUBSCRIBED
    press.store.erasure.erase(int(found.subscriber.id or 0), actor="t", now=NOW)
    report, _ = carry(press.store, letter, FILES / "generic.csv")
    assert report.kept_out == 1
    assert "ann" not in standing(press.store, letter)


def test_how_they_agreed_elsewhere_is_kept_as_evidence(press: Press, letter: Newsletter) -> None:
    carry(press.store, letter, FILES / "mailchimp_subscribed.csv")
    ann = press.store.subscribers.find("ann@example.com", 1)
    (evidence,) = press.store.consents.of(int(ann.subscriber.id or 0), 1)
    assert evidence.kind is ConsentKind.IMPORTED
    assert {"asked_at", "confirmed_at"} <= set(evidence.detail)


_TEXT = st.text(st.characters(exclude_categories=("C", "Z")) | st.sampled_from(" =+-@'\";,"), max_size=12).map(
    str.strip
)
_MOMENT = st.datetimes(datetime(2001, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
_CONSENTS = st.lists(
    st.builds(
        Consent, kind=st.sampled_from(ConsentKind), at=_MOMENT, wording=_TEXT, page=_TEXT, network=_TEXT,
        detail=st.dictionaries(_TEXT, _TEXT, max_size=2),
    ),
    max_size=3,
).map(lambda consents: sorted(consents, key=lambda one: one.at))  # fmt: skip
_STATES = st.sampled_from([one for one in SubscriptionState if one is not SubscriptionState.PAUSED])


@st.composite
def _people(draw: st.DrawFn) -> list[tuple[Subscription, list[Consent]]]:
    names = draw(
        st.lists(st.from_regex(r"[a-zA-Z0-9=+'-][a-z0-9+-]{0,6}", fullmatch=True), unique_by=str.casefold, max_size=4)
    )
    return [(_person(draw, name), draw(_CONSENTS)) for name in names]


def _person(draw: st.DrawFn, name: str) -> Subscription:
    state = draw(_STATES)
    gone = state is SubscriptionState.UNSUBSCRIBED
    pause = draw(st.none() | st.timedeltas(timedelta(days=1), timedelta(days=90)))
    attributes: Mapping[str, str] = draw(st.dictionaries(_TEXT.filter(bool), _TEXT, max_size=3))
    return Subscription(
        subscriber=subscriber(
            f"{name}@example.com", name=draw(_TEXT), timezone=draw(st.sampled_from(["", "Asia/Tokyo"])),
            language=draw(st.sampled_from(["", "de", "uk"])), plain=draw(st.booleans()), attributes=attributes,
        ),
        newsletter="harbour",
        state=SubscriptionState.PAUSED if pause and state is SubscriptionState.ACTIVE else state,
        skips=frozenset[SectionKind](draw(st.sets(st.sampled_from(OPTIONAL_SECTIONS)))),
        frequency=draw(st.sampled_from([one for one in Frequency if one is not Frequency.NEVER])),
        topics=draw(st.dictionaries(st.sampled_from(["Harbour", "Crime, courts", "=Culture"]), st.sampled_from(Frequency))),
        hour=draw(st.none() | st.integers(0, 23)),
        paused_until=NOW + pause if pause and state is SubscriptionState.ACTIVE else None,
        since=draw(_MOMENT), source=draw(_TEXT) or "desk", left_at=draw(_MOMENT) if gone else None, left_reason=draw(_TEXT) if gone else "",
    )  # fmt: skip


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with one newsletter and nobody in it."""
    file = tmp_path_factory.mktemp("template") / "newsletter.db"
    with Store(f"sqlite:///{file}") as store:
        store.upgrade()
        store.newsletters.save(newsletter())
    return file


def exported(store: Store, letter: Newsletter) -> list[str]:
    out = io.StringIO(newline="")
    own.write(out, store.subscribers.with_evidence(int(letter.id or 0), store.consents.by_person(int(letter.id or 0))))
    return sorted(out.getvalue().split("\r\n"))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=_people())
def test_our_own_list_comes_back_without_a_loss(
    people: list[tuple[Subscription, list[Consent]]], template: Path, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        own.write(out, people)
    with file.open(encoding="utf-8", newline="") as stream:
        assert not [cell for row in csv.reader(stream) for cell in row if cell.startswith(("=", "+", "-", "@"))]
    (tmp_path / "newsletter.db").write_bytes(template.read_bytes())
    for gone in ("newsletter.db-wal", "newsletter.db-shm"):
        (tmp_path / gone).unlink(missing_ok=True)
    with Store(f"sqlite:///{tmp_path / 'newsletter.db'}") as store:
        there = store.newsletters.get("harbour")
        _, wrong = carry(store, there, file)
        assert wrong == []
        came_back = exported(store, there)
    with file.open(encoding="utf-8", newline="") as stream:
        assert came_back == sorted(stream.read().split("\r\n"))


@pytest.mark.parametrize("name", TARGETS)
def test_a_list_for_another_product_names_nobody_it_is_not_about_and_holds_no_formula(
    name: str, press: Press, letter: Newsletter
) -> None:
    people = [
        Subscription(subscriber=subscriber("ann@example.com", name="=cmd|' /C calc'!A0"), newsletter="harbour"),
        Subscription(subscriber=subscriber("bob@example.com"), newsletter="harbour", state=SubscriptionState.UNSUBSCRIBED),
        Subscription(subscriber=subscriber("eve@example.com"), newsletter="harbour"),
        Subscription(subscriber=subscriber("new@example.com"), newsletter="harbour", state=SubscriptionState.UNCONFIRMED),
    ]  # fmt: skip
    press.store.subscribers.add(1, people, now=NOW)
    press.store.suppressions.add("eve@example.com", SuppressionReason.BOUNCE, actor="t", now=NOW)
    out = io.StringIO(newline="")
    write_for(TARGETS[name], out, press.store.subscribers.of(1))
    cells = [cell for row in csv.reader(io.StringIO(out.getvalue())) for cell in row]
    addresses = {cell.partition("@")[0] for cell in cells if "@example.com" in cell}
    leavers = {"mailchimp-unsubscribed": {"bob"}, "ghost": {"ann", "bob"}}
    assert addresses == leavers.get(name, {"ann"})
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert Counter(cells)["eve@example.com"] == 0
