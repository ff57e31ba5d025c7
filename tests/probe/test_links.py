"""Whether links lead anywhere, asked of real servers on loopback."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

import pytest

from ingest.web_server import Answer, WebServer, web_server
from newsletter.ingest.fetch import Fetcher
from newsletter.model.reach import Obstacle, Reached, Unreached
from newsletter.probe.link import Life, Link, judged, link_notices, unasked
from newsletter.probe.links import check_links
from probe.own_certificate import own_certificate

LOCAL = frozenset({"127.0.0.1", "localhost"})
FETCHERS = partial(Fetcher, LOCAL)
HOME = Answer(body=b"<p>The Harbour Review</p>")


def to(path: str, status: int = 301) -> Answer:
    return Answer(status=status, headers={"Location": path})


@pytest.fixture
def server() -> Iterator[WebServer]:
    pages = {
        "/": HOME,
        "/page": HOME,
        "/no-head": Answer(body=b"x", head=405),
        "/head-not-built": Answer(body=b"x", head=501),
        "/head-says-missing": Answer(body=b"x", head=404),
        "/head-hangs-up": Answer(body=b"x", head=0),
        "/hangs-up": Answer(status=0),
        "/gone": Answer(status=410),
        "/closed": Answer(status=403),
        "/broken": Answer(status=500),
        "/odd": Answer(status=799),
        "/busy": Answer(status=429),
        "/moved": to("/page"),
        "/twice": to("/moved", 302),
        "/given-up": to("/"),
        "/for-today": to("/", 302),
        "/to-nothing": to("/nothing-here", 302),
        "/round": to("/round"),
    }
    with web_server(pages) as running:
        yield running


def looked_at(url: str) -> Link:
    (link,) = check_links([url], FETCHERS)
    return link


@pytest.mark.parametrize(
    ("path", "life", "status"),
    [
        ("/page", Life.ALIVE, 200),
        ("/page?a=1&b=2#part", Life.DEAD, 404),
        ("/nothing-here", Life.DEAD, 404),
        ("/gone", Life.DEAD, 410),
        ("/closed", Life.DOUBTFUL, 403),
        ("/busy", Life.DOUBTFUL, 429),
        ("/broken", Life.DOUBTFUL, 500),
        ("/odd", Life.DOUBTFUL, 799),
        ("/to-nothing", Life.DEAD, 404),
        ("/hangs-up", Life.DOUBTFUL, 0),
        ("/round", Life.DOUBTFUL, 0),
    ],
)
def test_a_link_is_as_alive_as_its_server_says(server: WebServer, path: str, life: Life, status: int) -> None:
    link = looked_at(server.url(path))
    assert (link.life, link.status) == (life, status)
    assert bool(link.sentence) is (life is not Life.ALIVE)


@pytest.mark.parametrize("path", ["/no-head", "/head-not-built", "/head-says-missing", "/head-hangs-up"])
def test_nothing_bad_is_said_of_a_link_on_the_word_of_head_alone(server: WebServer, path: str) -> None:
    link = looked_at(server.url(path))
    assert (link.life, link.status) == (Life.ALIVE, 200)
    assert server.methods == ["GET", "HEAD", "GET"], "robots.txt, then without the page, then with it"


@pytest.mark.parametrize("path", ["/page", "/busy"])
def test_who_answers_head_or_has_enough_is_not_asked_again(server: WebServer, path: str) -> None:
    looked_at(server.url(path))
    assert server.methods == ["GET", "HEAD"]


def test_redirects_are_counted_and_their_end_is_told(server: WebServer) -> None:
    link = looked_at(server.url("/twice"))
    assert (link.life, link.final_url, link.redirects) == (Life.ALIVE, server.url("/page"), 2)


def test_a_page_that_leads_home_for_good_has_probably_gone(server: WebServer) -> None:
    link = looked_at(server.url("/given-up"))
    assert (link.life, link.final_url) == (Life.DOUBTFUL, server.url("/"))
    assert "home page" in link.sentence
    assert looked_at(server.url("/for-today")).life is Life.ALIVE
    assert looked_at(server.url("/")).life is Life.ALIVE


@pytest.mark.parametrize(
    ("url", "final", "life"),
    [
        ("http://review.example", "https://review.example/", Life.ALIVE),
        ("http://review.example/", "https://www.review.example", Life.ALIVE),
        ("http://review.example/a", "https://review.example/a", Life.ALIVE),
        ("http://review.example/a", "https://review.example/?page=a", Life.ALIVE),
        ("http://review.example/?p=1", "https://review.example/", Life.DOUBTFUL),
        ("http://review.example/a", "https://new.example", Life.DOUBTFUL),
    ],
)
def test_only_a_page_that_became_a_home_page_is_suspicious(url: str, final: str, life: Life) -> None:
    assert judged(url, Reached(url=final, status=200, redirects=(308, 301))).life is life


def test_a_name_that_nobody_has_is_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo

    def resolve(host: str, *rest: object, **more: object) -> object:
        if host == "nobody.example":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(host, *rest, **more)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    link = looked_at("https://nobody.example/a")
    assert link.life is Life.DEAD
    assert "nobody.example cannot be found" in link.sentence


def test_a_certificate_that_browsers_warn_of_is_dead(tmp_path: Path) -> None:
    with web_server({"/": HOME}, own_certificate(tmp_path)) as running:
        link = looked_at(running.url())
        assert running.asked == []
    assert link.life is Life.DEAD
    assert "certificate" in link.sentence


def test_a_server_that_is_silent_or_not_there_is_doubtful() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        (link,) = check_links([url], partial(Fetcher, LOCAL, seconds=0.2))
        assert link.life is Life.DOUBTFUL
    assert looked_at(url).life is Life.DOUBTFUL


def test_an_address_inside_the_network_is_not_asked(server: WebServer) -> None:
    links = check_links([server.url("/page"), "http://169.254.169.254/latest", "http://10.0.0.1/"], Fetcher)
    assert server.asked == []
    assert {link.life for link in links} == {Life.DOUBTFUL}
    assert "not on the public Internet" in links[1].sentence


def test_a_site_that_asks_programs_not_to_look_is_left_alone() -> None:
    pages = {"/robots.txt": Answer(body=b"User-agent: *\nDisallow: /"), "/page": HOME}
    with web_server(pages) as closed:
        link = looked_at(closed.url("/page"))
        assert closed.pages_asked == []
    assert link.life is Life.BARRED
    assert link_notices([link]) == ()


def test_each_address_is_asked_once_and_told_in_its_order(server: WebServer) -> None:
    urls = [server.url(path) for path in ("/page", "/gone", "/page", "/closed")]
    links = check_links(urls, FETCHERS)
    assert [link.url for link in links] == [urls[0], urls[1], urls[3]]
    assert server.pages_asked.count("/page") == 1


def test_a_host_that_has_enough_is_asked_nothing_more(server: WebServer) -> None:
    links = check_links([server.url("/busy"), server.url("/page"), server.url("/gone")], FETCHERS)
    assert [link.life for link in links] == [Life.DOUBTFUL, Life.UNASKED, Life.UNASKED]
    assert server.pages_asked == ["/busy"]


def test_progress_is_told_link_by_link_in_the_callers_thread(server: WebServer) -> None:
    told: list[tuple[int, int, int]] = []
    check_links(
        [server.url("/page"), server.url("/gone"), server.url("/page", "localhost")],
        FETCHERS,
        progress=lambda done, of: told.append((done, of, threading.get_ident())),
    )
    assert told == [(done, 3, threading.get_ident()) for done in (1, 2, 3)]


def test_no_links_are_no_work() -> None:
    assert check_links([], FETCHERS) == ()


def test_what_the_time_did_not_suffice_for_is_told(server: WebServer) -> None:
    release = threading.Event()
    asked: list[str] = []

    @dataclass
    class Slow:
        def reach(self, url: str, method: Literal["HEAD", "GET"]) -> Reached | Unreached:
            asked.append(url)
            if url.endswith("/slow"):
                release.wait(30)
            return Reached(url=url, status=200)

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            pass

    urls = ["https://a.example/1", "https://a.example/slow", "https://a.example/3"]
    try:
        links = check_links(urls, Slow, seconds=0.5)
    finally:
        release.set()
    assert [link.life for link in links] == [Life.ALIVE, Life.UNASKED, Life.UNASKED]
    assert "the 0.5 seconds were over" in links[1].sentence
    assert asked == urls[:2]


@dataclass
class Crowd:
    """Answers once four requests are under way, and remembers who was asked at the same time."""

    four: threading.Barrier = field(default_factory=lambda: threading.Barrier(4))
    under_way: list[str] = field(default_factory=list)
    together: list[list[str]] = field(default_factory=list)

    @contextmanager
    def reacher(self) -> Iterator[Self]:
        yield self

    def reach(self, url: str, method: Literal["HEAD", "GET"]) -> Reached | Unreached:
        host = urlsplit(url).hostname or ""
        self.under_way.append(host)
        self.together.append(list(self.under_way))
        self.four.wait(timeout=30)
        self.under_way.remove(host)
        return Reached(url=url, status=200)


def test_four_hosts_are_asked_at_once_and_each_of_them_one_thing_at_a_time() -> None:
    crowd = Crowd()
    urls = [f"https://{host}.example/{number}" for number in range(3) for host in "abcdefgh"]
    links = check_links(urls, crowd.reacher)
    assert {link.life for link in links} == {Life.ALIVE}
    assert max(len(hosts) for hosts in crowd.together) == 4
    assert all(len(set(hosts)) == len(hosts) for hosts in crowd.together)


def test_an_editor_is_told_by_weight() -> None:
    alive = Link(url="https://a.example/", life=Life.ALIVE, status=200)
    doubtful = judged("https://b.example/x", Reached(url="https://b.example/x", status=503))
    dead = judged("https://c.example/x", Reached(url="https://c.example/x", status=404))
    lost = judged("https://d.example/x", Unreached(obstacle=Obstacle.NAME, sentence="The name is unknown."))
    left = [unasked(f"https://e.example/{number}", "the 60 seconds were over") for number in (1, 2)]
    notices = link_notices([alive, doubtful, dead, left[0], lost, left[1]])
    assert [(notice.code, notice.level, notice.url) for notice in notices] == [
        ("link-dead", "error", "https://c.example/x"),
        ("link-dead", "error", "https://d.example/x"),
        ("link-doubtful", "warning", "https://b.example/x"),
        ("links-unasked", "warning", ""),
    ]
    assert notices[0].sentence == "https://c.example/x answers 404 Not Found: there is no such page."
    assert notices[1].sentence == "https://d.example/x could not be opened. The name is unknown."
    assert notices[2].sentence == "https://b.example/x answers 503 Service Unavailable; open it in a browser."
    assert notices[3].sentence.startswith("2 of 6 links were not asked for. The first: https://e.example/1 was not")
