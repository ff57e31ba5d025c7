"""From other people's pictures to ours, over a real web server."""

import io
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image as Drawing

from builders import NOW, article, image, issue, item, newsletter, subscriber
from ingest.web_server import Answer, WebServer, web_server
from newsletter.deliver.memory import MemoryTransport
from newsletter.ingest.fetch import Fetcher
from newsletter.model.issue import Issue, IssueState, Section, SectionKind
from newsletter.model.slot import Slot
from newsletter.model.subscriber import Subscription
from newsletter.pictures import Pictures
from newsletter.pipeline import Press
from newsletter.render.compiled import compile_issue
from newsletter.shelf.folder import FolderShelf
from render.sample_issue import ARCHIVE, letter

SLOT = Slot("2026-W47", "UTC")


def drawn(width: int = 1600, height: int = 900, form: str = "JPEG") -> bytes:
    kept = io.BytesIO()
    Drawing.effect_noise((width, height), 60).convert("RGB").save(kept, form)
    return kept.getvalue()


PICTURE = drawn()


def pictures(press: Press, folder: Path, fetchers: Callable[[], Fetcher]) -> Pictures:
    return Pictures(
        store=press.store,
        shelf=FolderShelf(folder, press.links.media),
        fetchers=fetchers,
        media=folder,
        media_url=press.links.media(""),
        clock=press.clock,
    )


def opening(server: WebServer) -> Callable[[], Fetcher]:
    return lambda: Fetcher(allow_hosts=frozenset({urlsplit(server.url()).netloc}))


def printing(*urls: str, kind: SectionKind = SectionKind.STORIES) -> Issue:
    items = tuple(
        item(f"Story {n}", key=f"a{n}", image=image(url=url, width=None, height=None)) for n, url in enumerate(urls)
    )
    return issue(Section(kind=kind, heading="More", items=items))


def images(made: Issue) -> list[tuple[str | None, int | None, int | None]]:
    found = (one.image for section in made.sections for one in section.items)
    return [(i.url, i.width, i.height) for i in found if i]


def test_a_picture_is_fetched_once_made_to_fit_and_served_by_us(press: Press, tmp_path: Path) -> None:
    with web_server({"/boat.jpg": Answer(body=PICTURE)}) as server:
        made = pictures(press, tmp_path, opening(server))
        drafted = printing(server.url("/boat.jpg"), server.url("/boat.jpg"))
        first, again = made.illustrate(drafted), made.illustrate(drafted)
        assert server.pages_asked.count("/boat.jpg") == 1
    assert again == first
    (url, width, height), other = images(first)
    assert (url, width, height) == other
    assert (width, height) == (1120, 630)
    assert url is not None
    assert url.startswith(press.links.media(""))
    kept = tmp_path / Path(url).name
    with Drawing.open(kept) as seen:
        assert seen.size == (1120, 630)
    assert kept.stat().st_size < len(PICTURE)
    page = compile_issue(first, letter(), archive_url=ARCHIVE).html
    assert f'src="{url}" width="560" height="315"' in page


def test_a_small_column_gets_a_small_picture(press: Press, tmp_path: Path) -> None:
    with web_server({"/boat.jpg": Answer(body=PICTURE)}) as server:
        made = pictures(press, tmp_path, opening(server))
        ((_, width, _),) = images(made.illustrate(printing(server.url("/boat.jpg"), kind=SectionKind.MAGAZINE)))
    assert width == 536


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(status=404), "404"),
        (Answer(body=b"<html>Sign in first</html>", headers={"Content-Type": "text/html"}), "picture"),
        (Answer(body=PICTURE[:2000]), "picture"),
        (Answer(body=b""), "picture"),
        (Answer(body=b"x" * 11_000_000), "larger than 10 MB"),
    ],
)
def test_a_picture_that_cannot_be_had_is_left_out_and_the_reason_is_told(
    press: Press, tmp_path: Path, answer: Answer, words: str
) -> None:
    with web_server({"/gone.jpg": answer, "/boat.jpg": Answer(body=PICTURE)}) as server:
        made = pictures(press, tmp_path, opening(server))
        found = made.illustrate(printing(server.url("/gone.jpg"), server.url("/boat.jpg")))
    gone, boat = found.sections[0].items
    assert gone.image
    assert gone.image.url is None
    assert words in gone.image.problem
    assert boat.image
    assert boat.image.problem == ""
    page = compile_issue(found, letter(), archive_url=ARCHIVE).html
    assert page.count("<img") == 1


def test_an_address_inside_the_network_is_never_asked(press: Press, tmp_path: Path) -> None:
    with web_server({"/boat.jpg": Answer(body=PICTURE)}) as server:
        made = pictures(press, tmp_path, Fetcher)
        found = made.illustrate(printing(server.url("/boat.jpg"), "http://169.254.169.254/latest.png"))
        assert server.pages_asked == []
    assert [i.image.url for i in found.sections[0].items if i.image] == [None, None]


def test_a_picture_that_failed_is_asked_for_again_after_an_hour(press: Press, tmp_path: Path) -> None:
    pages = {"/boat.jpg": Answer(status=500)}
    with web_server(pages) as server:
        drafted = printing(server.url("/boat.jpg"))
        now = NOW
        made = replace(pictures(press, tmp_path, opening(server)), clock=lambda: now)
        made.illustrate(drafted)
        pages["/boat.jpg"] = Answer(body=PICTURE)
        assert images(made.illustrate(drafted)) == [(None, None, None)]
        now += timedelta(hours=1)
        ((url, _, _),) = images(made.illustrate(drafted))
        assert url
        assert Counter(server.pages_asked)["/boat.jpg"] == 2


def test_the_picture_of_a_local_article_is_made_to_fit_without_the_web(press: Press, tmp_path: Path) -> None:
    (tmp_path / "local.png").write_bytes(drawn(1500, 1000, "PNG"))
    made = pictures(press, tmp_path, Fetcher)
    found = made.illustrate(printing(press.links.media("local.png"), press.links.media("nosuch.png")))
    (url, width, _), missing = images(found)
    assert url
    assert url != press.links.media("local.png")
    assert width == 1120
    assert missing == (None, None, None)


def test_no_missing_picture_keeps_a_mail_back_and_composing_again_keeps_the_approval(
    press: Press, tmp_path: Path
) -> None:
    with web_server({"/boat.jpg": Answer(body=PICTURE)}) as server:
        press = replace(press, illustrate=pictures(press, tmp_path, opening(server)).illustrate)
        weekly = press.store.newsletters.save(newsletter())
        press.store.subscribers.add(weekly.id or 0, [Subscription(subscriber=subscriber(), newsletter="")], now=NOW)
        press.store.articles.add(article(images=(image(url=server.url("/gone.jpg")),)), now=NOW)
        press.desk.compose(weekly, SLOT)
        (told,) = press.desk.preview(1).findings
        assert (told.code, told.level) == ("picture-missing", "note")
        press.desk.approve(1)
        press.desk.compose(weekly, SLOT)
        assert press.store.issues.get(1).state is IssueState.APPROVED
        transport = MemoryTransport()
        press.dispatch.send(1, transport)
        assert len(transport.mails) == 1
