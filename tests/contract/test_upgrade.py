"""A database of an earlier version keeps everything when it is upgraded."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from alembic import command

from builders import NOW
from newsletter.model.edit import Edit, EditKind
from newsletter.model.issue import SectionKind
from newsletter.model.newsletter import PlannedSection, Register
from newsletter.store import migrate, tables
from newsletter.store.store import Store

WHEN = datetime(2026, 11, 1, tzinfo=UTC)


def _stand_at(store: Store, revision: str) -> None:
    with store.engine.begin() as connection:
        config = migrate._alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def _insert(connection: sa.Connection, table: str, **values: object) -> None:
    """Put a row into a table as it was then, whatever this version thinks of it."""
    reflected = sa.Table(table, sa.MetaData(), autoload_with=connection)
    connection.execute(sa.insert(reflected).values(values))


def _fill(store: Store) -> None:
    """A newsletter with an issue of two sections and three items, as the first version stored them."""
    plan = {"stories": 2, "other_news": 5, "briefings": 0, "briefing": 3, "magazine": 0}
    letter = dict.fromkeys(("tagline", "organisation", "postal_address", "sender", "sender_name"), "x")
    issue = {"subject": "s", "preheader": "p", "left_out": [], "composed_at": WHEN, "pause_reason": ""}
    with store.engine.begin() as connection:
        _insert(connection, "newsletter", id=1, slug="weekly", title="Weekly", language="en", timezone="UTC",
                theme="broadsheet", plan=plan, **letter)  # fmt: skip
        _insert(connection, "issue", id=1, newsletter_id=1, slot="2026-W44", number=1, state="draft", **issue)
        for section, kind in ((1, "lead"), (2, "stories")):
            _insert(connection, "issue_section", id=section, issue_id=1, position=section - 1, kind=kind, heading=None)
        for item, section in ((1, 1), (2, 2), (3, 2)):
            content = {"headline": f"Story {item}", "paragraphs": [{"text": "t"}]}
            _insert(connection, "issue_item", id=item, section_id=section, position=item, content=content)


def test_no_item_of_an_issue_is_lost_and_plans_become_lists(database_url: str) -> None:
    with Store(database_url) as store:
        _stand_at(store, "0001")
        _fill(store)
        store.upgrade()
        issue = store.issues.get(1)
        headlines = [[item.headline for item in section.items] for section in issue.sections]
        assert headlines == [["Story 1"], ["Story 2", "Story 3"]]
        assert [(section.kind, section.name) for section in issue.sections] == [
            (SectionKind.LEAD, "lead"),
            (SectionKind.STORIES, "stories"),
        ]
        assert store.newsletters.get("weekly").plan == tuple(
            PlannedSection(kind=kind, most=most, register=Register.BRIEF)
            for kind, most in (
                (SectionKind.LEAD, 1),
                (SectionKind.STORIES, 2),
                (SectionKind.OTHER_NEWS, 5),
                (SectionKind.BRIEFING, 3),
                (SectionKind.MAGAZINE, 0),
            )
        )
        store.edits.put(1, [Edit(kind=EditKind.SUBJECT, target="", value="x")], actor="t", now=NOW)


def test_deleting_an_issue_still_takes_its_items_with_it(database_url: str) -> None:
    with Store(database_url) as store:
        _stand_at(store, "0001")
        _fill(store)
        store.upgrade()
        with store.engine.begin() as connection:
            connection.execute(sa.text("DELETE FROM issue"))
            left = [connection.execute(sa.select(table)).all() for table in (tables.issue_section, tables.issue_item)]
        assert left == [[], []]


def test_the_new_sections_are_allowed_and_no_others(database_url: str) -> None:
    with Store(database_url) as store:
        _stand_at(store, "0001")
        _fill(store)
        store.upgrade()
        row = {"issue_id": 1, "position": 9, "name": "x", "heading": None}
        with store.engine.begin() as connection:
            _insert(connection, "issue_section", id=10, kind="sponsor", **row)
        with pytest.raises(sa.exc.IntegrityError, match="section_kind"), store.engine.begin() as connection:
            _insert(connection, "issue_section", id=11, kind="sports", **{**row, "position": 10})
