import socket
import threading
from collections.abc import Iterator
from typing import Literal

import pytest

from ingest.web_server import Answer, WebServer, web_server, zipped
from newsletter.errors import FetchError
from newsletter.ingest import network
from newsletter.ingest.fetch import Fetcher
from newsletter.model.reach import Obstacle, Reached, Unreached

PAGE = Answer(
    body=b"<p>Ferry fares rise.</p>",
    headers={
        "Content-Type": "text/html; charset=utf-8",
        "ETag": '"v1"',
        "Last-Modified": "Tue, 17 Nov 2026 09:00:00 GMT",
    },
)
BOMB = zipped(50_000_000)
LOCAL = frozenset({"127.0.0.1"})


@pytest.fixture
def server() -> Iterator[WebServer]:
    pages = {
        "/page": PAGE,
        "/moved": Answer(status=301, headers={"Location": "/page"}),
        "/loop": Answer(status=302, headers={"Location": "/loop"}),
        "/inside": Answer(status=302, headers={"Location": "http://localhost:1/secret"}),
        "/to-file": Answer(status=302, headers={"Location": "file:///etc/passwd"}),
        "/nowhere": Answer(status=302, headers={"Location": "http://[broken"}),
        "/bomb": BOMB,
        "/broken-zip": Answer(body=b"not gzip", headers={"Content-Encoding": "gzip"}),
        "/drip": Answer(body=b"x" * 1000, pause=0.05),
        "/private": Answer(status=403),
        "/busy": Answer(status=503),
    }
    with web_server(pages) as running:
        yield running


def test_a_page_comes_with_what_its_server_says_about_it(server: WebServer) -> None:
    with Fetcher(LOCAL) as fetcher:
        page = fetcher.get(server.url("/page"))
    assert (page.status, page.content, page.not_modified) == (200, PAGE.body, False)
    assert page.content_type == "text/html; charset=utf-8"
    assert (page.etag, page.last_modified) == ('"v1"', "Tue, 17 Nov 2026 09:00:00 GMT")
    assert page.url == server.url("/page")


def test_the_product_names_itself(server: WebServer) -> None:
    with Fetcher(LOCAL) as fetcher:
        fetcher.get(server.url("/page"))
    assert [headers["user-agent"].partition("/")[0] for _, headers in server.asked] == ["newsletter"] * 2


def test_an_unchanged_page_is_not_sent_again(server: WebServer) -> None:
    with Fetcher(LOCAL) as fetcher:
        page = fetcher.get(server.url("/page"), etag='"v1"', last_modified="Tue, 17 Nov 2026 09:00:00 GMT")
    assert (page.status, page.content, page.not_modified) == (304, b"", True)
    assert server.asked[-1][1]["if-modified-since"] == "Tue, 17 Nov 2026 09:00:00 GMT"


def test_a_redirect_is_followed_and_the_final_address_told(server: WebServer) -> None:
    with Fetcher(LOCAL) as fetcher:
        assert fetcher.get(server.url("/moved")).url == server.url("/page")


def test_an_endless_redirect_ends_after_three(server: WebServer) -> None:
    with Fetcher(LOCAL) as fetcher, pytest.raises(FetchError, match="redirects more than 3 times"):
        fetcher.get(server.url("/loop"))
    assert len(server.pages_asked) == 4


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/inside", "Port 1 of localhost is not fetched"),
        ("/to-file", "Only http and https addresses are fetched"),
        ("/nowhere", "Check the address"),
        ("/missing", r"127\.0\.0\.1 answered 404 Not Found\. Check the address\."),
        ("/private", r"answered 403 Forbidden\. .* save the page and add the file instead"),
        ("/busy", r"answered 503 Service Unavailable\. Try again later"),
        ("/broken-zip", "cannot be reached or does not speak HTTP"),
    ],
)
def test_what_cannot_be_had_is_told_in_a_sentence(server: WebServer, path: str, sentence: str) -> None:
    with Fetcher(LOCAL) as fetcher, pytest.raises(FetchError, match=sentence):
        fetcher.get(server.url(path))


def test_a_redirect_to_a_host_that_is_not_opened_is_refused(server: WebServer) -> None:
    with web_server({"/": Answer(status=302, headers={"Location": server.url("/page", "localhost")})}) as outside:
        with Fetcher({f"127.0.0.1:{outside.port}"}) as fetcher, pytest.raises(FetchError, match=r"fetch\.allow_hosts"):
            fetcher.get(outside.url())
        assert len(outside.pages_asked) == 1
    assert server.asked == []


def test_a_small_bomb_is_stopped_at_the_limit_of_what_it_unpacks_to(server: WebServer) -> None:
    with Fetcher(LOCAL) as fetcher, pytest.raises(FetchError, match=r"larger than 5 MB"):
        fetcher.get(server.url("/bomb"))


def test_the_limit_on_size_is_exact(server: WebServer) -> None:
    with Fetcher(LOCAL) as fetcher:
        assert fetcher.get(server.url("/page"), max_bytes=len(PAGE.body)).content == PAGE.body
        with pytest.raises(FetchError, match="larger than"):
            fetcher.get(server.url("/page"), max_bytes=len(PAGE.body) - 1)


def test_a_server_that_drips_its_page_is_cut_off(server: WebServer) -> None:
    with Fetcher(LOCAL, seconds=0.3) as fetcher, pytest.raises(FetchError, match="Try again later"):
        fetcher.get(server.url("/drip"))


def test_a_server_that_drips_its_headers_is_cut_off() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        over = threading.Event()

        def drip() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                while not over.wait(0.02):
                    connection.sendall(b"x")

        thread = threading.Thread(target=drip)
        thread.start()
        try:
            with Fetcher(LOCAL, seconds=0.3) as fetcher, pytest.raises(FetchError, match="Try again later"):
                fetcher.get(f"http://127.0.0.1:{listener.getsockname()[1]}/")
        finally:
            over.set()
            thread.join()


def test_each_fetch_has_the_whole_time_again(server: WebServer) -> None:
    with Fetcher(LOCAL, seconds=0.3) as fetcher:
        with pytest.raises(FetchError):
            fetcher.get(server.url("/drip"))
        assert fetcher.get(server.url("/page")).status == 200


def test_a_server_that_is_not_there_is_told_in_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with Fetcher(LOCAL) as fetcher, pytest.raises(FetchError, match=r"Cannot ask 127\.0\.0\.1 whether we may"):
        fetcher.get(f"http://127.0.0.1:{port}/")


def test_a_proxy_of_the_environment_is_not_used(server: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with Fetcher(LOCAL) as fetcher:
        assert fetcher.get(server.url("/page")).status == 200


def test_a_password_in_an_address_is_not_repeated_in_the_sentence(server: WebServer) -> None:
    with Fetcher() as fetcher, pytest.raises(FetchError) as refused:
        fetcher.get(f"http://reader:hunter2@127.0.0.1:{server.port}/page?token=s3cret")
    assert "hunter2" not in str(refused.value)
    assert "s3cret" not in str(refused.value)


TRICKS = [
    "http://127.0.0.1:{port}/",
    "http://127.1:{port}/",
    "http://127.000.000.001:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://0x7f.1:{port}/",
    "http://0x7f000001:{port}/",
    "http://2130706433:{port}/",
    "http://0.0.0.0:{port}/",
    "http://0:{port}/",
    "http://localhost:{port}/",
    "http://LOCALHOST.:{port}/",
    "http://127。0。0。1:{port}/",
    "http://①②⑦.⓪.⓪.①:{port}/",
    "http://[::1]:{port}/",
    "http://[::]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/",
    "http://[::127.0.0.1]:{port}/",
    "http://[64:ff9b::7f00:1]:{port}/",
    "http://[2002:7f00:1::]:{port}/",
    "http://user@127.0.0.1:{port}/",
    "http://8.8.8.8@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}#@8.8.8.8/",
    "http://127.0.0.1:{port}\\@8.8.8.8/",
    "//127.0.0.1:{port}/",
    "127.0.0.1:{port}/",
    "https://127.0.0.1:{port}/",
    "HTTP://127.0.0.1:{port}/",
    "ftp://127.0.0.1:{port}/",
    "gopher://127.0.0.1:{port}/_GET%20/",
    "ws://127.0.0.1:{port}/",
    "file://127.0.0.1:{port}/",
    "http:127.0.0.1:{port}/",
    "http:///127.0.0.1:{port}/",
    " http://127.0.0.1:{port}/",
    "http://127.0.0.1:{port}\r\nHost: x/",
    "http://127.0.0.1:{port}\x00/",
]


def test_no_way_of_writing_an_address_reaches_this_machine(server: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "_WEB_PORTS", frozenset({server.port}))  # or the port alone would be refused
    with Fetcher() as fetcher:
        for trick in TRICKS:
            with pytest.raises(FetchError):
                fetcher.get(trick.format(port=server.port))
    assert server.asked == []
    with Fetcher(LOCAL) as fetcher:  # the server would have noticed
        fetcher.get(server.url("/page"))
    assert len(server.pages_asked) == 1


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "0x7f.1",
        "2130706433",
        "0.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "224.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fc00::1]",
    ],
)
def test_a_usual_port_opens_no_private_host(host: str) -> None:
    with Fetcher() as fetcher, pytest.raises(FetchError, match=r"is not on the public Internet.*fetch\.allow_hosts"):
        fetcher.get(f"http://{host}/")


@pytest.mark.parametrize(
    ("status", "asked", "seconds"),
    [
        (429, "120", 120),
        (503, "0", 0),
        (503, "86400000", 86_400),
        (503, "9" * 5_000, 86_400),
        (503, "Fri, 01 Jan 2100 00:00:00 GMT", 86_400),
        (503, "Fri, 01 Jan 2021 00:00:00 GMT", 0),
        (503, "-1", None),
        (503, "soon", None),
        (503, "Fri, 99 Jan 2100 99:00:00 GMT", None),
        (503, "٣", None),
        (500, "120", None),
        (404, "120", None),
    ],
)
def test_a_busy_server_may_say_when_to_come_back(status: int, asked: str, seconds: float | None) -> None:
    answer = Answer(status=status, headers={"Retry-After": asked.encode().decode("latin-1")})
    with web_server({"/": answer}) as busy, Fetcher(LOCAL) as fetcher, pytest.raises(FetchError) as refused:
        fetcher.get(busy.url())
    assert refused.value.retry_after == seconds
    assert refused.value.gone is False


def test_an_address_that_is_gone_for_good_says_so() -> None:
    with web_server({"/": Answer(status=410)}) as shut, Fetcher(LOCAL) as fetcher, pytest.raises(FetchError) as refused:
        fetcher.get(shut.url())
    assert str(refused.value) == "127.0.0.1 answered 410 Gone. It is gone for good; look for a new address."
    assert (refused.value.gone, refused.value.retry_after) == (True, None)


@pytest.mark.parametrize(
    ("statuses", "has_moved"), [((), False), ((301,), True), ((308, 301), True), ((301, 302), False), ((307,), False)]
)
def test_only_permanent_redirects_tell_a_new_address(statuses: tuple[int, ...], *, has_moved: bool) -> None:
    hops = {f"/{n}": Answer(status=code, headers={"Location": f"/{n + 1}"}) for n, code in enumerate(statuses)}
    with web_server({**hops, f"/{len(statuses)}": PAGE}) as site, Fetcher(LOCAL) as fetcher:
        page = fetcher.get(site.url("/0"), etag='"v1"')
        assert page.not_modified
        assert page.moved_to == (site.url(f"/{len(statuses)}") if has_moved else None)


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_an_address_can_be_asked_for_its_status_alone(server: WebServer, method: Literal["HEAD", "GET"]) -> None:
    with Fetcher(LOCAL) as fetcher:
        assert fetcher.reach(server.url("/page"), method) == Reached(url=server.url("/page"), status=200)
        assert fetcher.reach(server.url("/private"), method) == Reached(url=server.url("/private"), status=403)
        moved = fetcher.reach(server.url("/moved"), method)
    assert moved == Reached(url=server.url("/page"), status=200, redirects=(301,))
    assert server.methods == ["GET", method, method, method, method], "the first is for robots.txt"


def test_asking_for_a_status_reads_no_body(server: WebServer) -> None:
    with Fetcher(LOCAL, seconds=0.5) as fetcher:
        assert fetcher.reach(server.url("/drip"), "GET") == Reached(url=server.url("/drip"), status=200)


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_asking_for_a_status_goes_by_the_same_rules(server: WebServer, method: Literal["HEAD", "GET"]) -> None:
    with Fetcher(LOCAL) as fetcher:
        for path, sentence in {
            "/loop": "redirects more than 3 times",
            "/inside": "Port 1 of localhost is not fetched",
            "/to-file": "Only http and https addresses are fetched",
        }.items():
            answer = fetcher.reach(server.url(path), method)
            assert isinstance(answer, Unreached)
            assert (answer.obstacle, sentence in answer.sentence) == (Obstacle.OTHER, True), answer
        assert fetcher.reach("mailto:desk@review.example", method) == Unreached(
            obstacle=Obstacle.OTHER,
            sentence="Only http and https addresses are fetched. Write one such as https://example.org/feed.",
        )


def test_no_way_of_writing_an_address_reaches_this_machine_by_its_status(
    server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "_WEB_PORTS", frozenset({server.port}))
    with Fetcher() as fetcher:
        answers = [fetcher.reach(trick.format(port=server.port), "HEAD") for trick in TRICKS]
    assert {type(answer) for answer in answers} == {Unreached}
    assert server.asked == []


def test_a_page_that_robots_txt_closes_is_not_asked_for_its_status() -> None:
    pages = {"/robots.txt": Answer(body=b"User-agent: *\nDisallow: /"), "/page": PAGE}
    with web_server(pages) as closed, Fetcher(LOCAL) as fetcher:
        answer = fetcher.reach(closed.url("/page"), "HEAD")
        assert closed.pages_asked == []
    assert isinstance(answer, Unreached)
    assert answer.obstacle is Obstacle.BARRED


@pytest.mark.parametrize(
    ("errno", "obstacle"),
    [(socket.EAI_NONAME, Obstacle.NAME), (socket.EAI_AGAIN, Obstacle.OTHER), (socket.EAI_FAIL, Obstacle.OTHER)],
)
def test_only_a_name_server_that_answers_can_say_that_there_is_no_such_name(
    monkeypatch: pytest.MonkeyPatch, errno: int, obstacle: Obstacle
) -> None:
    def resolve(*_: object, **__: object) -> None:
        raise socket.gaierror(errno, "no")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with Fetcher() as fetcher:
        answer = fetcher.reach("https://review.example/", "HEAD")
    assert answer == Unreached(
        obstacle=obstacle,
        sentence="The name review.example cannot be found. Check the address for a typing error, or try again later.",
    )
