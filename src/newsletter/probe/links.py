"""Ask, when an editor wants to know, whether the links of a mail lead anywhere: gently, and not for long."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from http import HTTPStatus
from queue import Empty, SimpleQueue
from typing import Literal, Protocol
from urllib.parse import urlsplit

from newsletter.model.reach import Obstacle, Reached, Unreached
from newsletter.probe.link import Link, judged, unasked

_SECONDS = 60.0
_HOSTS_AT_ONCE = 4


class Reacher(Protocol):
    """What reaches one address, never one inside our network. It is used by one thread."""

    def reach(self, url: str, method: Literal["HEAD", "GET"]) -> Reached | Unreached:
        """Ask for ``url`` and read no more than the status of the answer; what goes wrong is in the answer."""


def check_links(
    urls: Iterable[str],
    reachers: Callable[[], AbstractContextManager[Reacher]],
    *,
    seconds: float = _SECONDS,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> tuple[Link, ...]:
    """Look at each of the http or https addresses ``urls`` once, and return them in their order.

    A host is asked one thing at a time, four hosts at once, each by a reacher of its own. After ``seconds`` what is left
    is told as not asked. ``progress`` is called in the caller's thread with how many links are done, and of how many.
    """
    wanted = tuple(dict.fromkeys(urls))
    found: dict[str, Link] = {}
    for link in _found(_by_host(wanted), reachers, seconds):
        found[link.url] = link
        progress(len(found), len(wanted))
    return tuple(found.get(url) or unasked(url, f"the {seconds:g} seconds were over") for url in wanted)


def _by_host(urls: Sequence[str]) -> list[list[str]]:
    """The addresses of each host; the host that takes longest comes first."""
    hosts: dict[str, list[str]] = {}
    for url in urls:
        hosts.setdefault(_host(url), []).append(url)
    return sorted(hosts.values(), key=len, reverse=True)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _found(
    hosts: Iterable[list[str]], reachers: Callable[[], AbstractContextManager[Reacher]], seconds: float
) -> Iterator[Link]:
    """The links as they are found, until all are or the time is over."""
    ends = time.monotonic() + seconds
    waiting: SimpleQueue[list[str]] = SimpleQueue()
    for urls in hosts:
        waiting.put(urls)
    done: SimpleQueue[Link | None] = SimpleQueue()
    over = threading.Event()

    def work() -> None:
        try:
            with reachers() as reacher:
                while not over.is_set():
                    for link in _one_host(waiting.get_nowait(), reacher, over):
                        done.put(link)
        except Empty:
            pass
        finally:
            done.put(None)

    # Daemons, because a name server cannot be hurried: the answer to the editor does not wait for a thread that does.
    workers = [threading.Thread(target=work, daemon=True) for _ in range(min(_HOSTS_AT_ONCE, waiting.qsize()))]
    for worker in workers:
        worker.start()
    working = len(workers)
    try:
        while working:
            link = done.get(timeout=max(ends - time.monotonic(), 0))
            if link:
                yield link
            else:
                working -= 1
    except Empty:
        return
    finally:
        over.set()


def _one_host(urls: Iterable[str], reacher: Reacher, over: threading.Event) -> Iterator[Link]:
    """The links of one host, one after the other; once its server has enough of us the rest is left alone."""
    busy = False
    for url in urls:
        if over.is_set():
            return
        if busy:
            yield unasked(url, "its server has enough of our questions")
            continue
        link = judged(url, _answer(url, reacher))
        busy = link.status == HTTPStatus.TOO_MANY_REQUESTS
        yield link


def _answer(url: str, reacher: Reacher) -> Reached | Unreached:
    """Ask without the page, and for the page where that is refused: many servers answer HEAD wrongly or not at all."""
    answer = reacher.reach(url, "HEAD")
    match answer:
        case Reached(status=HTTPStatus.TOO_MANY_REQUESTS):
            return answer
        case Reached(status=status) if status < HTTPStatus.BAD_REQUEST:
            return answer
        case Unreached(obstacle=obstacle) if obstacle is not Obstacle.CONNECTION:
            return answer
    return reacher.reach(url, "GET")
