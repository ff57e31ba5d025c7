"""A fault that went out is put right for exactly those who got it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from builders import NOW, article
from newsletter.deliver.memory import MemoryTransport
from newsletter.errors import IssueStateError
from newsletter.model.delivery import DeliveryState, Receipt, Verdict
from newsletter.model.edit import Edit, EditKind
from newsletter.model.issue import IssueState
from newsletter.model.subscriber import SubscriptionState
from newsletter.pipeline import Press
from newsletter.web.app import create
from test_aftermath import ready

GONE = Receipt(verdict=Verdict.REFUSED, code=550, text="5.1.1 No such user")
SILENCE = Receipt(verdict=Verdict.UNKNOWN, connection_lost=True)


def sent_to_some(press: Press) -> list[str]:
    """Issue 1 reached readers 0 to 2 and perhaps 4, was refused for 3, and cancelled before anybody else's turn."""
    emails = ready(press, 7)
    relay = MemoryTransport(answers={emails[3]: GONE, emails[4]: SILENCE})
    press.dispatch.send(1, relay, stopping=lambda: len(relay.mails) >= 4)
    press.aftermath.cancel(1)
    return emails


def test_a_correction_goes_to_those_who_got_the_faulty_copy_and_to_nobody_else(press: Press) -> None:
    sent_to_some(press)
    came = {row.email for row in press.store.accounts.rows(1) if row.state is DeliveryState.SENT or row.maybe_sent}
    assert 0 < len(came) < 7
    draft = press.desk.correct(1)
    press.desk.approve(draft.id or 0)
    relay = MemoryTransport()
    press.dispatch.send(draft.id or 0, relay)
    assert {mail.recipient for mail in relay.mails} == came


def test_it_says_what_it_is_and_begins_as_the_faulty_issue_with_its_edits(press: Press) -> None:
    ready(press, 2)
    key = press.store.issues.get(1).sections[0].items[0].key
    press.desk.edit(1, Edit(kind=EditKind.HEADLINE, target=key, value="The fares rise"))
    press.desk.approve(1)
    press.dispatch.send(1, MemoryTransport())
    faulty, draft = press.store.issues.get(1), press.desk.correct(1)
    assert (draft.slot, draft.corrects, draft.state) == ("2026-W47.1", 1, IssueState.DRAFT)
    assert draft.subject == f"Correction: {faulty.subject}"
    assert draft.sections == faulty.sections
    mended = press.desk.edit(draft.id or 0, Edit(kind=EditKind.HEADLINE, target=key, value="The fares fall"))
    assert mended.sections[0].items[0].headline == "The fares fall"
    assert (mended.corrects, mended.subject) == (1, draft.subject)


def test_stories_that_came_in_later_are_no_part_of_it(press: Press) -> None:
    ready(press, 2)
    press.dispatch.send(1, MemoryTransport())
    draft = press.desk.correct(1)
    later = NOW + timedelta(hours=2)
    press.store.articles.add(article(headline="Late news", url="https://www.example.org/late"), now=later)
    mended = press.desk.edit(draft.id or 0, Edit(kind=EditKind.PREHEADER, target="", value="The fare is 4."))
    assert "Late news" not in {item.headline for section in mended.sections for item in section.items}


def test_who_left_since_gets_no_correction(press: Press) -> None:
    emails = ready(press, 3)
    press.dispatch.send(1, MemoryTransport())
    gone = press.store.subscribers.get(1, 1)
    press.store.subscribers.change(replace(gone, state=SubscriptionState.UNSUBSCRIBED), 1, actor="reader", now=NOW)
    draft = press.desk.correct(1)
    press.desk.approve(draft.id or 0)
    relay = MemoryTransport()
    press.dispatch.send(draft.id or 0, relay)
    assert {mail.recipient for mail in relay.mails} == {email for email in emails if email != gone.subscriber.email}


def test_asking_twice_makes_one_draft_and_a_correction_can_be_corrected(press: Press) -> None:
    ready(press, 2)
    press.dispatch.send(1, MemoryTransport())
    draft = press.desk.correct(1)
    assert press.desk.correct(1).id == draft.id
    press.desk.approve(draft.id or 0)
    press.dispatch.send(draft.id or 0, MemoryTransport())
    again = press.desk.correct(draft.id or 0)
    assert (again.slot, again.corrects) == ("2026-W47.2", draft.id)
    press.desk.approve(again.id or 0)
    relay = MemoryTransport()
    press.dispatch.send(again.id or 0, relay)
    assert len(relay.mails) == 2


def test_what_is_still_being_sent_or_reached_nobody_is_not_corrected(press: Press) -> None:
    ready(press, 2)
    with pytest.raises(IssueStateError, match="can still be edited"):
        press.desk.correct(1)
    press.dispatch.begin(1)
    with pytest.raises(IssueStateError, match="newsletter issue cancel 1"):
        press.desk.correct(1)
    press.aftermath.cancel(1)
    with pytest.raises(IssueStateError, match="nobody needs a correction"):
        press.desk.correct(1)


def test_the_link_in_the_faulty_mail_leads_to_the_corrected_page(press: Press) -> None:
    ready(press, 2)
    press.dispatch.send(1, MemoryTransport())
    draft = press.desk.correct(1)
    slug = press.store.issues.get(1).newsletter
    reader = TestClient(create(press), base_url=press.links.base_url, follow_redirects=False)
    assert reader.get(f"/{slug}/2026-W47").status_code == 200, "a draft is not public"
    press.desk.approve(draft.id or 0)
    press.dispatch.send(draft.id or 0, MemoryTransport())
    led = reader.get(f"/{slug}/2026-W47")
    assert led.headers["location"].endswith(f"/{slug}/2026-W47.1")
    assert reader.get(f"/{slug}/2026-W47.1").status_code == 200
    assert reader.get(f"/{slug}").text.count(f"/{slug}/2026-W47") == 1
