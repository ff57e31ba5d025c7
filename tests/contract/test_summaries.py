from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from builders import NOW, article
from newsletter.model.article import Article
from newsletter.model.issue import Doubt, DoubtKind
from newsletter.model.written import Written, WrittenSentence, WrittenState
from newsletter.store.store import Store
from newsletter.store.tables import article as article_table

WRITTEN = Written(
    article_id=1,
    version=1,
    state=WrittenState.ACCEPTED,
    model="harbour-7b",
    prompt_hash="f" * 64,
    written_at=NOW,
    sentences=(
        WrittenSentence(text="Fares rise in April.", support=("The ferry company will raise its fares.", "In April.")),
    ),
    doubts=(Doubt(kind=DoubtKind.NAME, sentence="The name is not in the article.", span="Danzig"),),
    overlap=0.75,
    tokens_in=700,
    tokens_out=50,
)


@pytest.fixture
def page(store: Store) -> Article:
    return store.articles.add(article(), now=NOW)[0]


def test_a_summary_comes_back_exactly_as_it_went_in(store: Store, page: Article) -> None:
    store.summaries.put(WRITTEN)
    assert store.summaries.of([page]) == {1: WRITTEN}


def test_a_later_answer_takes_the_place_of_none_and_what_both_cost_is_added(store: Store, page: Article) -> None:
    store.summaries.put(
        replace(WRITTEN, state=WrittenState.UNANSWERED, sentences=(), doubts=(), refusal="It broke off.")
    )
    store.summaries.put(WRITTEN)
    assert store.summaries.of([page]) == {1: replace(WRITTEN, tokens_in=1400, tokens_out=100)}


def test_a_summary_of_an_old_text_is_kept_and_not_found(store: Store, page: Article) -> None:
    store.summaries.put(WRITTEN)
    changed, _ = store.articles.add(article(dek="The council thinks again."), now=NOW)
    assert store.summaries.of([changed]) == {}
    store.summaries.put(replace(WRITTEN, version=2, refusal="later"))
    assert store.summaries.of([changed])[1].refusal == "later"
    assert store.summaries.spent(since=NOW) == 1500


def test_only_the_articles_asked_for_are_found_however_many(store: Store, page: Article) -> None:
    store.articles.add(article(url="https://review.example/other"), now=NOW)
    store.summaries.put(WRITTEN)
    store.summaries.put(replace(WRITTEN, article_id=2))
    assert store.summaries.of([]) == {}
    assert store.summaries.of([article(), page]) == {1: WRITTEN}
    many = [replace(page, id=number) for number in range(2, 1500)]
    assert list(store.summaries.of([*many, page])) == [2, 1]


def test_what_was_spent_counts_from_a_moment_on(store: Store, page: Article) -> None:
    assert store.summaries.spent(since=NOW) == 0
    store.summaries.put(WRITTEN)
    assert store.summaries.spent(since=NOW) == 750
    assert store.summaries.spent(since=NOW + timedelta(seconds=1)) == 0


def test_a_summary_goes_with_its_article(store: Store, page: Article) -> None:
    store.summaries.put(WRITTEN)
    with store.engine.begin() as connection:
        connection.execute(sa.delete(article_table))
    assert store.summaries.spent(since=NOW) == 0
