"""The assistant with a real store and a real, misbehaving endpoint."""

from dataclasses import replace
from datetime import timedelta

import pytest

from assistant.model_server import Answer, ModelServer, model_server, said, wrote
from builders import NOW, article, newsletter
from compose.harbour import FARES, ROUND_UP, SLOT, WEEK
from newsletter.assist import Assisted
from newsletter.model.article import Article
from newsletter.model.edit import Edit, EditKind
from newsletter.model.written import WrittenState
from newsletter.pipeline import Press

ACCEPTED, DECLINED, UNANSWERED = WrittenState.ACCEPTED, WrittenState.DECLINED, WrittenState.UNANSWERED
GOOD = wrote(
    "Ferry fares will rise by 12 percent in April.",
    "The company wants to order two new boats from a yard in Gdansk.",
    support=[[1], [2]],
)
CAP = 200_000


def stories(press: Press, count: int) -> list[Article]:
    """So many stories of the week, the newest with the highest number."""
    return [
        press.store.articles.add(
            article(
                f"Ferry {number}",
                url=f"https://review.example/{number}",
                body=FARES.body,
                published=NOW - timedelta(hours=count - number),
            ),
            now=NOW,
        )[0]
        for number in range(1, count + 1)
    ]


def write(press: Press, server: ModelServer, cap: int = CAP, **given: float) -> Assisted:
    return press.assist.write(press.assist.waiting(SLOT), server.endpoint(**given), daily_tokens=cap)


def test_the_newest_article_is_asked_about_first(press: Press) -> None:
    stories(press, 3)
    assert [page.headline for page in press.assist.waiting(SLOT)] == ["Ferry 3", "Ferry 2", "Ferry 1"]


@pytest.mark.parametrize("answer", [GOOD, said("no")], ids=["accepted", "declined"])
def test_an_unchanged_article_is_not_asked_about_again(press: Press, answer: Answer) -> None:
    (page,) = stories(press, 1)
    with model_server(answer) as server:
        first = write(press, server)
        asked = len(server.asked)
        assert press.assist.waiting(SLOT) == []
        assert write(press, server).written == []
        assert len(server.asked) == asked
    assert first.written == [press.store.summaries.of([page])[page.id or 0]]


def test_a_changed_article_is_asked_about_again(press: Press) -> None:
    (page,) = stories(press, 1)
    with model_server(GOOD) as server:
        write(press, server)
        press.store.articles.add(replace(page, dek="The council thinks again."), now=NOW)
        assert write(press, server).counts == {ACCEPTED: 1}
    assert len(server.asked) == 2


def test_what_had_no_answer_is_asked_about_again_after_everything_new(press: Press) -> None:
    stories(press, 2)
    with model_server(Answer(status=500), GOOD) as server:
        assert write(press, server).counts == {UNANSWERED: 1, ACCEPTED: 1}
        press.store.articles.add(replace(FARES, published=NOW - timedelta(days=1)), now=NOW)
        assert [page.headline for page in press.assist.waiting(SLOT)] == [FARES.headline, "Ferry 2"]
        assert write(press, server).counts == {ACCEPTED: 2}
        assert press.assist.waiting(SLOT) == []


def test_three_requests_in_a_row_without_an_answer_end_the_run(press: Press) -> None:
    stories(press, 6)
    with model_server(GOOD, Answer(status=500), Answer(body=b"?"), GOOD, Answer(status=503)) as server:
        done = write(press, server)
        assert (done.counts, done.stopped) == ({ACCEPTED: 2, UNANSWERED: 4}, "")
    with model_server(Answer(status=503)) as server:
        done = write(press, server)
        assert len(server.asked) == 3
    assert (
        done.stopped
        == "3 requests in a row had no answer. The last one: The model's endpoint answered 503. Try again later."
    )


def test_declined_answers_do_not_break_the_run(press: Press) -> None:
    stories(press, 5)
    with model_server(said("no")) as server:
        done = write(press, server)
    assert (done.counts, done.stopped) == ({DECLINED: 5}, "")


def test_the_cap_ends_the_run_and_a_day_later_it_goes_on(press: Press) -> None:
    stories(press, 4)
    with model_server(GOOD) as server:
        done = write(press, server, cap=1_000)
        assert done.counts == {ACCEPTED: 2}
        assert "has spent 1500 tokens in 24 hours and assistant.daily_tokens allows 1000" in done.stopped
        assert write(press, server, cap=1_000).written == []
        assert len(server.asked) == 2
        tomorrow = replace(press, clock=lambda: NOW + timedelta(hours=24, seconds=1))
        assert write(tomorrow, server, cap=1_000).counts == {ACCEPTED: 2}


def test_what_a_lost_answer_may_have_cost_counts_towards_the_cap(press: Press) -> None:
    stories(press, 1)
    with model_server(Answer(silent=True)) as server:
        write(press, server, seconds=0.3)
    assert press.store.summaries.spent(since=NOW) > 300


def test_what_is_not_ours_to_show_or_speaks_for_itself_is_not_sent(press: Press) -> None:
    kept = {
        "embargo": article("Secret", url="https://review.example/1", body=FARES.body, embargo=NOW + timedelta(hours=1)),
        "round-up": replace(ROUND_UP, published=NOW),
        "short": article("Short", url="https://review.example/2", body=("The boat sailed.",)),
        "other week": article(
            "Old", url="https://review.example/3", body=FARES.body, published=NOW - timedelta(days=9)
        ),
        "retracted": article("Wrong", url="https://review.example/4", body=FARES.body),
    }
    stored = {name: press.store.articles.add(page, now=NOW)[0] for name, page in kept.items()}
    press.store.articles.retract([stored["retracted"].id or 0], now=NOW)
    assert press.assist.waiting(SLOT) == []
    free = replace(press, clock=lambda: NOW + timedelta(hours=1))
    assert [page.headline for page in free.assist.waiting(SLOT)] == ["Secret"]


def test_a_week_without_articles_asks_nothing(press: Press) -> None:
    assert press.assist.waiting(SLOT) == []


def test_composing_is_the_same_whatever_the_endpoint_does(press: Press) -> None:
    letter = press.store.newsletters.save(newsletter())
    for page in WEEK:
        press.store.articles.add(page, now=NOW)
    before = press.desk.compose(letter, SLOT)
    with model_server(Answer(status=500)) as server:
        write(press, server)
    assert press.desk.compose(letter, SLOT) == before


def test_an_accepted_summary_is_printed_beside_the_sentences_it_rests_on(press: Press) -> None:
    letter = press.store.newsletters.save(newsletter())
    press.store.articles.add(FARES, now=NOW)
    with model_server(GOOD) as server:
        write(press, server)
    (lead,) = press.desk.compose(letter, SLOT).sections[0].items
    assert lead.paragraphs[0].text.startswith("Ferry fares will rise by 12 percent in April.")
    assert lead.evidence == FARES.body[:2]
    assert lead.why.startswith("summary written by a model (")


def test_a_summary_of_an_older_text_gives_way_to_the_articles_own_sentences(press: Press) -> None:
    letter = press.store.newsletters.save(newsletter())
    press.store.articles.add(FARES, now=NOW)
    with model_server(GOOD) as server:
        write(press, server)
    press.store.articles.add(replace(FARES, body=("The fares stay as they are after all.", *FARES.body[1:])), now=NOW)
    (lead,) = press.desk.compose(letter, SLOT).sections[0].items
    assert "model" not in lead.why
    assert set(lead.evidence) <= {"The fares stay as they are after all.", *FARES.body[1:]}


def test_an_editors_words_win_over_a_models(press: Press) -> None:
    letter = press.store.newsletters.save(newsletter())
    press.store.articles.add(FARES, now=NOW)
    press.desk.compose(letter, SLOT)
    press.desk.edit(1, Edit(kind=EditKind.TEXT, target="a1", value="Dearer, from April."))
    with model_server(GOOD) as server:
        write(press, server)
    (lead,) = press.desk.compose(letter, SLOT).sections[0].items
    assert [paragraph.text for paragraph in lead.paragraphs] == ["Dearer, from April."]
