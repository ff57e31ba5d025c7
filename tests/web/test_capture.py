"""Link capture: the form, the bookmark, and what they must not do."""

from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient

from ingest.web_server import Answer, web_server
from newsletter.ingest.fetch import Fetcher
from newsletter.pipeline import Press
from newsletter.web.app import create

STORY = b"""<!doctype html><html lang="en"><head><title>Fares</title></head><body><article><h1>Ferry fares rise</h1>
<p>The ferry company will raise its fares by 12 percent in April, the harbour council decided on Tuesday evening.</p>
<p>Two new boats will be ordered this year, and the first should sail in the autumn of 2027 if the yard is on time.</p>
</article></body></html>"""


@pytest.fixture
def form(press: Press) -> str:
    return urlsplit(press.links.desk()).path + "/capture"


@contextmanager
def _web(press: Press, host: str = "") -> Iterator[TestClient]:
    fetchers = (lambda: Fetcher(allow_hosts={host})) if host else Fetcher
    with TestClient(create(press, fetchers), base_url="https://news.example.org") as client:
        yield client


def test_a_captured_page_is_in_the_store_with_its_note(press: Press, form: str) -> None:
    page = Answer(body=STORY, headers={"Content-Type": "text/html"})
    with web_server({"/story": page}) as site, _web(press, f"127.0.0.1:{site.port}") as web:
        answer = web.post(form, data={"url": site.url("/story"), "note": "for the lead?"})
    assert "Ferry fares rise</strong>" in answer.text
    (found,) = press.store.articles.all()
    assert (found.headline, found.note) == ("Ferry fares rise", "for the lead?")


def test_looking_at_the_form_changes_nothing(press: Press, form: str) -> None:
    with _web(press) as web:
        answer = web.get(form, params={"url": "https://review.example/a", "note": 'He said "so"</textarea>'})
    assert 'value="https://review.example/a"' in answer.text
    assert "</textarea>" not in unescape(answer.text).split("<textarea")[1].split("He said")[0]
    assert press.store.articles.all() == []


def test_a_page_inside_the_network_is_refused_on_the_form_and_what_was_typed_stays(press: Press, form: str) -> None:
    with web_server({"/story": Answer(body=STORY)}) as site, _web(press) as web:
        answer = web.post(form, data={"url": site.url("/story"), "note": "mine"})
        assert site.asked == []
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert ">mine</textarea>" in answer.text
    assert press.store.articles.all() == []


def test_the_bookmark_opens_the_form_of_this_desk(press: Press, form: str) -> None:
    with _web(press) as web:
        page = unescape(web.get(form).text)
    assert f"javascript:void(open('https://news.example.org{form}?url='" in page


def test_nobody_without_the_desks_address_captures_anything(press: Press) -> None:
    with _web(press) as web:
        for answer in (
            web.get("/desk/guess/capture"),
            web.post("/desk/guess/capture", data={"url": "https://a.example"}),
        ):
            assert answer.status_code == 404
