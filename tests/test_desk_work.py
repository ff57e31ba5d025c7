"""The desk with a real store: drafts that fill themselves, and readers who get nothing twice."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from builders import NOW, article, newsletter, subscriber
from compose.harbour import FARES, LIBRARY, MEALS, SEA_WALL, SEALS, SLOT, STRIKE
from newsletter.deliver.memory import MemoryTransport
from newsletter.errors import IssueStateError, NotFoundError, NothingToSend, RenderError
from newsletter.model.article import Article
from newsletter.model.edit import Edit, EditKind
from newsletter.model.issue import Edition, Issue, IssueState, SectionKind
from newsletter.model.newsletter import Newsletter
from newsletter.model.slot import Slot
from newsletter.model.subscriber import Subscription
from newsletter.pipeline import Press


def store(press: Press, *pages: Article) -> list[int]:
    return [press.store.articles.add(page, now=NOW)[0].id or 0 for page in pages]


def paper(press: Press, slug: str = "harbour", readers: int = 0, **given: object) -> Newsletter:
    letter = press.store.newsletters.save(newsletter(slug, **given))
    people = [Subscription(subscriber=subscriber(f"r{n}@example.com"), newsletter="") for n in range(readers)]
    press.store.subscribers.add(letter.id or 0, people, now=NOW)
    return letter


def keys(issue: Issue) -> list[str]:
    return [item.key for section in issue.sections for item in section.items]


def sent(press: Press, issue: Issue) -> Counter[str]:
    relay = MemoryTransport()
    press.desk.approve(issue.id or 0)
    press.dispatch.send(issue.id or 0, relay)
    return Counter(mail.recipient for mail in relay.mails)


def test_composing_again_says_what_came_in_was_updated_and_was_taken_back(press: Press) -> None:
    letter = paper(press)
    store(press, FARES, LIBRARY, SEALS)
    assert str(press.desk.renew(letter, SLOT)[1]) == "3 new"
    store(press, STRIKE, replace(LIBRARY, body=("The library stays shut on Sundays.", *LIBRARY.body)))
    press.store.articles.retract([3], now=NOW)
    _, changed = press.desk.renew(letter, SLOT)
    assert str(changed) == "1 new, 1 updated after you saw it, 1 retracted"
    assert (changed.new, changed.updated, changed.retracted) == (
        (STRIKE.headline,),
        (LIBRARY.headline,),
        (SEALS.headline,),
    )
    assert str(press.desk.renew(letter, SLOT)[1]) == "nothing changed"


def test_an_approval_outlives_a_compose_that_changes_nothing(press: Press) -> None:
    letter = paper(press)
    store(press, FARES, LIBRARY)
    issue = press.desk.compose(letter, SLOT)
    press.desk.approve(issue.id or 0)
    assert press.desk.compose(letter, SLOT).state is IssueState.APPROVED
    store(press, STRIKE)
    assert press.desk.compose(letter, SLOT).state is IssueState.DRAFT


def test_keeping_up_leaves_an_approved_issue_alone(press: Press) -> None:
    letter = paper(press)
    store(press, FARES, LIBRARY)
    (kept,) = press.desk.keep_up()
    assert (kept.slot, kept.outcome) == ("2026-W47", "issue 1: 2 new")
    press.desk.approve(1)
    store(press, STRIKE)
    assert press.desk.keep_up()[0].outcome == "issue 1 is approved and left as it is"
    assert press.store.issues.of_slot(letter.slug, "2026-W47").state is IssueState.APPROVED


def test_a_week_with_nothing_new_is_nothing_to_send(press: Press) -> None:
    paper(press)
    (kept,) = press.desk.keep_up()
    assert kept.outcome.startswith("nothing to send. No article falls in 2026-W47")
    assert press.store.issues.all() == []


def test_what_an_editor_wrote_is_not_pushed_out_by_what_comes_in_later(press: Press) -> None:
    letter = paper(press)
    store(press, FARES, LIBRARY, SEALS, MEALS)
    issue = press.desk.compose(letter, SLOT)
    worded = next(s for s in issue.sections if s.kind is SectionKind.STORIES).items[-1]
    press.desk.edit(1, Edit(kind=EditKind.HEADLINE, target=worded.key, value="My own headline"))
    late = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
    topics = ("harbour dredger", "market hall", "tram depot", "youth orchestra", "bakery strike", "oyster reef")
    store(press, *(
        replace(SEA_WALL, headline=f"The {topic} again", url=f"https://review.example/{n}", published=late,
                body=(f"The {topic} was in the news for {n + 3} days, and the {topic} will be there next week too.",
                      f"Nobody had expected that the {topic} would find so many friends in the town.",
                      *SEA_WALL.body))
        for n, topic in enumerate(topics)
    ))  # fmt: skip
    after = press.desk.compose(letter, SLOT)
    stories = next(s for s in after.sections if s.kind is SectionKind.STORIES)
    assert "My own headline" in [item.headline for item in stories.items]


def test_an_edit_about_nothing_is_refused_and_not_kept(press: Press) -> None:
    letter = paper(press)
    store(press, FARES)
    press.desk.compose(letter, SLOT)
    for edit, words in (
        (Edit(kind=EditKind.DROP, target="a99", value=""), "no article 99"),
        (Edit(kind=EditKind.HEADLINE, target="nonsense", value="x"), "no item 'nonsense'"),
        (Edit(kind=EditKind.PIN, target="a1", value="sports"), "no section 'sports'"),
        (Edit(kind=EditKind.ADD, target="own1", value="sports"), "no section 'sports'"),
        (Edit(kind=EditKind.PIN, target="a1", value="events"), "no section 'events' for articles"),
    ):
        with pytest.raises(NotFoundError, match=words):
            press.desk.edit(1, edit)
    with pytest.raises(NothingToSend):
        press.desk.edit(1, Edit(kind=EditKind.DROP, target="a1", value="no"))
    assert press.store.edits.of(1) == ()


def test_an_edit_taken_back_leaves_the_draft_as_it_was(press: Press) -> None:
    letter = paper(press)
    store(press, FARES, LIBRARY, SEALS)
    before = press.desk.compose(letter, SLOT)
    press.desk.edit(1, Edit(kind=EditKind.DROP, target="a3", value="no"))
    press.desk.edit(1, Edit(kind=EditKind.HEADLINE, target="a2", value="Books"))
    press.desk.undo(1, "a3")
    press.desk.undo(1, "a2")
    assert press.store.issues.get(1).says_the_same_as(before)
    with pytest.raises(NotFoundError, match="no edit"):
        press.desk.undo(1, "a2")


def test_what_was_sent_is_not_edited(press: Press) -> None:
    letter = paper(press, readers=1)
    store(press, FARES, LIBRARY)
    sent(press, press.desk.compose(letter, SLOT))
    with pytest.raises(IssueStateError, match="is not edited"):
        press.desk.edit(1, Edit(kind=EditKind.DROP, target="a2", value=""))


def test_an_article_printed_in_one_issue_is_not_in_the_next(press: Press) -> None:
    letter = paper(press, readers=1)
    undated = replace(LIBRARY, published=None)
    store(press, FARES, undated)
    sent(press, press.desk.compose(letter, SLOT))
    store(press, replace(SEALS, published=datetime(2026, 11, 24, tzinfo=UTC)))
    later = replace(press, clock=lambda: datetime(2026, 11, 26, tzinfo=UTC))
    issue = later.desk.compose(letter, Slot("2026-W48", letter.timezone))
    assert keys(issue) == ["a3"]


def test_a_reader_of_two_newsletters_gets_a_story_once(press: Press) -> None:
    first, second = paper(press, "harbour", readers=3), paper(press, "town", readers=2)
    store(press, FARES, LIBRARY, SEALS)
    one = press.desk.compose(first, SLOT)
    press.desk.edit(one.id or 0, Edit(kind=EditKind.DROP, target="a3", value=""))
    assert sent(press, press.store.issues.get(one.id or 0)) == Counter({f"r{n}@example.com": 1 for n in range(3)})
    press.store.subscribers.add(
        second.id or 0, [Subscription(subscriber=subscriber("new@example.com"), newsletter="")], now=NOW
    )
    two = press.desk.compose(second, SLOT)
    press.desk.approve(two.id or 0)
    relay = MemoryTransport()
    press.dispatch.send(two.id or 0, relay)
    mails = {mail.recipient: mail.content.decode() for mail in relay.mails}
    assert set(mails) == {"r0@example.com", "r1@example.com", "new@example.com"}
    assert "review.example/library" in mails["new@example.com"]
    for reader in ("r0@example.com", "r1@example.com"):
        assert "review.example/library" not in mails[reader]
        assert "Grey_seals" in next(line for line in mails[reader].splitlines() if line.startswith("Subject:"))


def test_a_reader_who_had_every_item_gets_no_mail_and_the_ledger_says_why(press: Press) -> None:
    first, second = paper(press, "harbour", readers=2), paper(press, "town", readers=1)
    store(press, FARES, LIBRARY)
    sent(press, press.desk.compose(first, SLOT))
    two = press.desk.compose(second, SLOT)
    assert sent(press, two) == Counter()
    assert press.dispatch.status(two.id or 0).suppressed == {"had_everything": 1}


def test_who_skipped_a_section_has_not_had_its_items(press: Press) -> None:
    first, second = paper(press, "harbour"), paper(press, "town", readers=1)
    skipping = Subscription(
        subscriber=subscriber("r0@example.com"), newsletter="", skips=frozenset({SectionKind.STORIES})
    )
    press.store.subscribers.add(first.id or 0, [skipping], now=NOW)
    store(press, FARES, LIBRARY)
    one = press.desk.compose(first, SLOT)
    lead, story = keys(one)
    sent(press, one)
    two = press.desk.compose(second, SLOT)
    press.desk.approve(two.id or 0)
    relay = MemoryTransport()
    press.dispatch.send(two.id or 0, relay)
    (row,) = press.store.accounts.rows(two.id or 0)
    assert row.variant == f"|{lead}"
    assert story not in row.variant


def test_an_update_that_the_editor_prints_again_is_a_new_item(press: Press) -> None:
    letter = paper(press, readers=1)
    store(press, FARES, LIBRARY)
    sent(press, press.desk.compose(letter, SLOT))
    store(
        press,
        replace(FARES, body=("The fares rise after all.", *FARES.body)),
        article("A new one", published=datetime(2026, 11, 24, tzinfo=UTC)),
    )
    later = replace(press, clock=lambda: datetime(2026, 11, 26, tzinfo=UTC))
    issue = later.desk.compose(letter, Slot("2026-W48", letter.timezone))
    later.desk.edit(issue.id or 0, Edit(kind=EditKind.PIN, target="a1", value=""))
    later.desk.waive(issue.id or 0, (), reason="It is last week's vote.")
    assert "a1" in keys(press.store.issues.get(issue.id or 0))
    assert sent(later, press.store.issues.get(issue.id or 0)) == Counter({"r0@example.com": 1})
    assert press.store.accounts.rows(issue.id or 0)[0].variant == ""


def test_the_doubts_that_an_editor_approves_in_spite_of_are_on_record(press: Press) -> None:
    letter = paper(press)
    store(press, FARES, LIBRARY)
    lead = keys(press.desk.compose(letter, SLOT))[0]
    press.desk.edit(1, Edit(kind=EditKind.TEXT, target=lead, value="Fares rise by 99 percent."))
    with pytest.raises(RenderError, match=r"1 warning, .*“99” is not in the article.*issue waive 1 doubt-number:a"):
        press.desk.approve(1)
    press.desk.waive(1, [f"doubt-number:{lead}"], reason="The council told us itself.", actor="Ada")
    press.desk.approve(1)
    approved = next(entry for entry in press.store.audit.of("issue 1") if entry.action == "issue.approved")
    assert approved.detail["accepted"] == [f"{lead}: the number “99” is not in the article"]


def _later(press: Press, hours: int) -> Press:
    return replace(press, clock=lambda: NOW + timedelta(hours=hours))


def _two_sent(press: Press, letter: Newsletter) -> tuple[Issue, Issue]:
    """Two regular issues that went out in the week of NOW, whatever weeks they tell of."""
    store(
        press,
        replace(FARES, published=datetime(2026, 11, 3, tzinfo=UTC)),
        replace(LIBRARY, published=datetime(2026, 11, 4, tzinfo=UTC)),
    )
    store(
        press,
        replace(SEALS, published=datetime(2026, 11, 10, tzinfo=UTC)),
        replace(MEALS, published=datetime(2026, 11, 11, tzinfo=UTC)),
    )
    made = []
    for hours, week in enumerate(("2026-W45", "2026-W46")):
        at = _later(press, hours)
        issue = at.desk.compose(letter, Slot(week, letter.timezone))
        sent(at, issue)
        made.append(press.store.issues.get(issue.id or 0))
    return made[0], made[1]


def test_a_review_is_made_of_what_went_out_in_its_time_and_keeps_its_approval(press: Press) -> None:
    letter = paper(press, readers=1)
    first, second = _two_sent(press, letter)
    made = press.desk.review(letter, SLOT, Edition.WEEKLY)
    assert press.store.issues.get(made.id or 0) == made
    assert (made.edition, made.slot, made.number, made.state) == (Edition.WEEKLY, "2026-W47", 3, IssueState.DRAFT)
    assert Counter(keys(made)) == Counter(keys(first) + keys(second))
    assert keys(made)[:2] == [keys(second)[0], keys(first)[0]]
    press.desk.approve(made.id or 0)
    assert press.desk.review(letter, SLOT, Edition.WEEKLY).state is IssueState.APPROVED
    with pytest.raises(NothingToSend):
        press.desk.review(letter, Slot("2026-W48", letter.timezone), Edition.WEEKLY)


def test_what_went_out_belongs_to_the_time_from_its_first_instant_until_before_its_last(press: Press) -> None:
    letter = paper(press, readers=1)
    first, second = _two_sent(press, letter)
    newsletter_id, hour = letter.id or 0, timedelta(hours=1)
    assert first.frozen_at == NOW
    assert press.store.issues.went_out(newsletter_id, NOW, NOW + 2 * hour) == [first, second]
    assert press.store.issues.went_out(newsletter_id, NOW, NOW + hour) == [first]
    assert press.store.issues.went_out(newsletter_id, NOW + hour, NOW + 2 * hour) == [second]
    assert press.store.issues.went_out(newsletter_id + 1, NOW, NOW + 2 * hour) == []


def test_what_was_stopped_or_corrected_is_not_repeated_as_it_was(press: Press) -> None:
    letter = paper(press, readers=1)
    first, second = _two_sent(press, letter)
    corrected = press.desk.correct(first.id or 0)
    gone = keys(first)[-1]
    press.desk.edit(corrected.id or 0, Edit(kind=EditKind.DROP, target=gone, value="it was wrong"))
    sent(press, press.store.issues.get(corrected.id or 0))
    made = press.desk.review(letter, SLOT, Edition.WEEKLY)
    assert Counter(keys(made)) == Counter([*keys(first)[:-1], *keys(second)])
    stopped = _later(press, 5)
    store(press, STRIKE)
    late = stopped.desk.compose(letter, Slot("2026-W47.1", letter.timezone))
    stopped.desk.approve(late.id or 0)
    stopped.dispatch.begin(late.id or 0)
    stopped.store.issues.cancel(late.id or 0, actor="t", now=NOW)
    assert press.desk.review(letter, SLOT, Edition.WEEKLY).says_the_same_as(made)


def test_a_review_leaves_out_what_its_source_took_back_and_asks_nothing_that_was_answered(press: Press) -> None:
    letter = paper(press, readers=1)
    store(
        press,
        replace(FARES, published=datetime(2026, 11, 3, tzinfo=UTC)),
        replace(LIBRARY, published=datetime(2026, 11, 4, tzinfo=UTC)),
    )
    issue = press.desk.compose(letter, Slot("2026-W45", letter.timezone))
    lead, story = keys(issue)
    press.desk.edit(1, Edit(kind=EditKind.TEXT, target=lead, value="Fares rise by 99 percent."))
    press.desk.waive(1, (), reason="The council told us itself.")
    sent(press, press.store.issues.get(1))
    press.store.articles.retract([int(story[1:])], now=NOW)
    made = press.desk.review(letter, SLOT, Edition.WEEKLY)
    assert keys(made) == [lead]
    assert press.desk.approve(made.id or 0).state is IssueState.APPROVED


def test_a_review_takes_no_other_issues_place_and_no_hand_writes_in_it(press: Press) -> None:
    letter = paper(press, readers=1)
    _two_sent(press, letter)
    made = press.desk.review(letter, SLOT, Edition.WEEKLY)
    store(press, STRIKE)
    assert "left as it is" in press.desk.keep_up()[0].outcome
    with pytest.raises(IssueStateError, match="is a review"):
        press.desk.compose(letter, SLOT)
    with pytest.raises(IssueStateError, match="is a review"):
        press.desk.edit(made.id or 0, Edit(kind=EditKind.SUBJECT, target="", value="Mine"))
    assert press.store.issues.get(made.id or 0) == made
    other = paper(press, "town")
    press.desk.compose(other, SLOT)
    with pytest.raises(IssueStateError, match="has a regular issue already"):
        press.desk.review(other, SLOT, Edition.WEEKLY)
