import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from builders import NOW, article, newsletter, subscriber
from newsletter.deliver.memory import MemoryTransport
from newsletter.model.issue import SectionKind
from newsletter.model.slot import Slot
from newsletter.model.subscriber import OPTIONAL_SECTIONS, Subscription, SubscriptionState
from newsletter.pipeline import Press
from newsletter.web.app import create


@pytest.fixture
def web(press: Press) -> Iterator[TestClient]:
    letter = press.store.newsletters.save(newsletter(title="Harbour <Weekly>"))
    press.store.subscribers.add(letter.id or 0, [Subscription(subscriber=subscriber(), newsletter="")], now=NOW)
    press.store.articles.add(article("Fares & <fees> rise"), now=NOW)
    press.desk.compose(letter, Slot("2026-W47", "UTC"))
    with TestClient(create(press), base_url="https://news.example.org") as client:
        yield client


def test_looking_at_the_unsubscribe_page_changes_nothing(press: Press, web: TestClient) -> None:
    link = press.links.unsubscribe(1, 1)
    for _ in range(3):
        assert "Press the button" in web.get(link).text
        web.head(link)
        web.options(link)
    assert _state(press) is SubscriptionState.ACTIVE


@pytest.mark.parametrize("kind", ["form", "multipart"])
def test_one_click_answers_200_without_a_redirect_however_often(press: Press, web: TestClient, kind: str) -> None:
    one_click = {"List-Unsubscribe": "One-Click"}
    for _ in range(3):
        if kind == "multipart":
            answer = web.post(
                press.links.unsubscribe(1, 1), files={name: (None, value) for name, value in one_click.items()}
            )
        else:
            answer = web.post(press.links.unsubscribe(1, 1), data=one_click)
        assert (answer.status_code, answer.history, "set-cookie" in answer.headers) == (200, [], False)
    assert _state(press) is SubscriptionState.UNSUBSCRIBED
    assert len(press.store.audit.of("subscriber 1")) == 1


@pytest.mark.parametrize("sent", [{}, {"List-Unsubscribe": "Yes"}, {"something": "One-Click"}])
def test_a_post_without_that_pair_ends_nothing(press: Press, web: TestClient, sent: dict[str, str]) -> None:
    answer = web.post(press.links.unsubscribe(1, 1), data=sent)
    assert (answer.status_code, "Press the button" in answer.text) == (422, True)
    assert _state(press) is SubscriptionState.ACTIVE


def test_a_token_opens_only_what_it_was_made_for(press: Press, web: TestClient) -> None:
    token = press.links.unsubscribe(1, 1).rpartition("/")[2]
    assert web.get(f"/preferences/{token}").status_code == 404
    assert web.get(f"/desk/{token}").status_code == 404


def test_no_changed_token_is_accepted(press: Press, web: TestClient) -> None:
    token = press.links.unsubscribe(1, 1).rpartition("/")[2]
    for place in range(len(token) - 1):  # the last letter holds bits that base64 throws away
        other = "A" if token[place] != "A" else "B"
        forged = token[:place] + other + token[place + 1 :]
        assert web.post(f"/unsubscribe/{forged}").status_code == 404, place
    assert _state(press) is SubscriptionState.ACTIVE


@pytest.mark.parametrize("page", ["unsubscribe", "preferences"])
def test_a_link_that_was_cut_short_on_its_way_is_not_found(press: Press, web: TestClient, page: str) -> None:
    token = press.links.unsubscribe(1, 1).rpartition("/")[2]
    for length in range(1, len(token)):
        assert web.get(f"/{page}/{token[:length]}").status_code == 404, length
    assert "please use the one in your mail" in web.get(f"/{page}/{token[:8]}").text


def test_a_reader_chooses_sections_and_pauses(press: Press, web: TestClient) -> None:
    answer = web.post(press.links.preferences(1, 1), data={"state": "paused", "wanted": ["stories", "briefing"]})
    assert "Saved" in answer.text
    found = press.store.subscribers.get(1, 1)
    assert found.state is SubscriptionState.PAUSED
    assert found.skips == set(OPTIONAL_SECTIONS) - {SectionKind.STORIES, SectionKind.BRIEFING}
    assert 'value="stories" checked' in web.get(press.links.preferences(1, 1)).text


def test_a_choice_that_does_not_exist_changes_nothing(press: Press, web: TestClient) -> None:
    for wrong in ({"state": "admin"}, {"state": "active", "wanted": ["everything"]}, {}):
        assert web.post(press.links.preferences(1, 1), data=wrong).status_code == 422
    assert press.store.audit.of("subscriber 1") == []


def test_an_issue_is_public_only_after_it_went_out(press: Press, web: TestClient) -> None:
    assert web.get("/harbour/2026-W47").status_code == 404
    assert "No issue has been sent yet" in web.get("/harbour").text
    press.desk.approve(1)
    press.dispatch.send(1, MemoryTransport())
    assert "Fares &amp; &lt;fees&gt; rise" in web.get("/harbour/2026-W47").text
    assert "Fares &amp; &lt;fees&gt; rise" in web.get("/harbour").text


def test_the_web_copy_holds_nothing_personal(press: Press, web: TestClient) -> None:
    press.desk.approve(1)
    press.dispatch.send(1, MemoryTransport())
    page = web.get("/harbour/2026-W47").text
    assert not re.search(r"__NL_|/unsubscribe/|/preferences/|reader@example\.com", page)


def test_the_desk_shows_drafts_to_its_own_link_only(press: Press, web: TestClient) -> None:
    assert "Fares &amp; &lt;fees&gt; rise" in web.get(press.links.desk()).text
    preview = web.get(press.links.desk() + "/1")
    assert 'sandbox srcdoc="' in preview.text
    assert "Fares" in web.get(press.links.desk() + "/1/text").text
    assert web.get("/desk/guessed").status_code == 404
    assert web.get("/desk/guessed/1").status_code == 404


def test_no_page_may_load_or_run_anything_foreign(press: Press, web: TestClient) -> None:
    for path in (press.links.desk(), press.links.preferences(1, 1), "/harbour"):
        answer = web.get(path)
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "no-store" in answer.headers["cache-control"]
        assert "<script" not in answer.text


def test_an_unknown_address_is_a_page_that_says_so(web: TestClient) -> None:
    answer = web.get("/nothing-of-this-name")
    assert answer.status_code == 404
    assert "There is no newsletter" in answer.text


def _state(press: Press) -> SubscriptionState:
    return press.store.subscribers.get(1, 1).state


def test_the_desk_shows_each_text_beside_what_it_was_made_from(press: Press, web: TestClient) -> None:
    page = web.get(f"/desk/{press.links.desk().rpartition('/')[2]}/1").text
    issue = press.store.issues.get(1)
    item = issue.sections[0].items[0]
    assert f"<code>{item.key}</code>" in page
    beside = page.split("In the source", 1)[1].split("</section>", 1)[0]
    assert item.evidence
    assert all(sentence.replace("'", "&#39;") in beside for sentence in item.evidence)
    assert item.why in page
