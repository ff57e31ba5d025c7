"""What the answer of a link's server means for the mail."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from urllib.parse import urlsplit

from newsletter.model.reach import Obstacle, Reached, Unreached
from newsletter.probe.notice import Notice

_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_PERMANENT = frozenset({HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT})
_DEAD = frozenset({Obstacle.NAME, Obstacle.TLS})


class Life(StrEnum):
    """Whether a link leads anywhere."""

    ALIVE = "alive"
    #: No reader gets there: not found, gone, no such name, no valid certificate.
    DEAD = "dead"
    #: We did not get there, which says little of a reader.
    DOUBTFUL = "doubtful"
    #: The site asks programs not to look, so nothing is known.
    BARRED = "barred"
    #: It was not looked at: the time was over, or its server had enough.
    UNASKED = "unasked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One address of the mail and what became of asking for it.

    ``final_url`` is where ``redirects`` redirects led, ``status`` the HTTP status there; 0 where nobody answered.
    ``sentence`` says what is wrong, and is empty where nothing is.
    """

    url: str
    life: Life
    sentence: str = ""
    status: int = 0
    final_url: str = ""
    redirects: int = 0


def judged(url: str, answer: Reached | Unreached) -> Link:
    """The link ``url`` after ``answer``."""
    if isinstance(answer, Unreached):
        life = Life.DEAD if answer.obstacle in _DEAD else Life.DOUBTFUL
        if answer.obstacle is Obstacle.BARRED:
            life = Life.BARRED
        return Link(url=url, life=life, sentence=f"{url} could not be opened. {_why(answer)}")
    life, sentence = Life.ALIVE, ""
    if answer.status in _GONE:
        life, sentence = Life.DEAD, f"{url} answers {_named(answer.status)}: there is no such page."
    elif answer.status >= HTTPStatus.BAD_REQUEST:
        life, sentence = Life.DOUBTFUL, f"{url} answers {_named(answer.status)}; open it in a browser."
    elif _lost(url, answer):
        life = Life.DOUBTFUL
        sentence = f"{url} leads to the home page {answer.url} for good; the page itself has probably gone."
    return Link(
        url=url,
        life=life,
        sentence=sentence,
        status=answer.status,
        final_url=answer.url,
        redirects=len(answer.redirects),
    )


def unasked(url: str, reason: str) -> Link:
    """A link that was not looked at."""
    return Link(url=url, life=Life.UNASKED, sentence=f"{url} was not asked for: {reason}.")


def link_notices(links: Iterable[Link]) -> tuple[Notice, ...]:
    """What an editor is told: an error for each dead link, a warning for each doubtful one, one for all not asked."""
    links = tuple(links)
    dead = [
        Notice(code="link-dead", level="error", sentence=link.sentence, remedy="Correct or drop it.", url=link.url)
        for link in links
        if link.life is Life.DEAD
    ]
    doubtful = [
        Notice(
            code="link-doubtful", level="warning", sentence=link.sentence, remedy="Open it in a browser.", url=link.url
        )
        for link in links
        if link.life is Life.DOUBTFUL
    ]
    left = [link for link in links if link.life is Life.UNASKED]
    if not left:
        return (*dead, *doubtful)
    sentence = f"{len(left)} of {len(links)} links were not asked for. The first: {left[0].sentence}"
    return (*dead, *doubtful, Notice(code="links-unasked", level="warning", sentence=sentence, remedy="Check again."))


def _why(answer: Unreached) -> str:
    if answer.obstacle is Obstacle.TLS:
        return "Its certificate is not valid, or its server knows no TLS of this decade; browsers warn of it."
    return answer.sentence


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _lost(url: str, answer: Reached) -> bool:
    """Whether a page was given up: a site that drops its old pages often sends them all to its home page."""
    permanent = bool(answer.redirects) and _PERMANENT.issuperset(answer.redirects)
    return permanent and _is_home(answer.url) and not _is_home(url)


def _is_home(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in {"", "/"} and not parts.query
