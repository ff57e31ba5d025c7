"""``newsletter demo``: the bundled sample magazine, from its articles to a mailbox."""

import functools
import http.server
import secrets
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.assets import asset
from newsletter.cli.demo_mailbox import local_mailbox
from newsletter.cli.newsletter_file import read_newsletter
from newsletter.cli.output import progress_bar, say
from newsletter.cli.preview_files import write_preview
from newsletter.config import Settings, read_settings
from newsletter.errors import ConfigError
from newsletter.model.slot import Slot

if TYPE_CHECKING:
    from newsletter.pipeline import Press

#: The week that the sample magazine's last issue is of.
SLOT = "2026-W47"
_MARK = ".newsletter-demo"
_CONFIG = """\
# Made by `newsletter demo`.
base_url = "http://127.0.0.1:8000"
secret_key = "{secret}"

[delivery]
transport = "mailbox"
mailbox = "mailbox"
"""


def demo(
    out: Annotated[Path, typer.Option(help="The folder to work in; an earlier demo there is replaced.")] = Path("demo"),
) -> None:
    """Compose this week's issue of a sample magazine, send it through a real SMTP conversation, show where it is."""
    from newsletter.app import App

    began = time.monotonic()
    _fresh(out)
    (out / "config.toml").write_text(_CONFIG.format(secret=secrets.token_urlsafe(32)), encoding="utf-8")
    settings = read_settings(out / "config.toml")
    with App(settings).store() as store:
        store.upgrade()
    with App(settings).press() as press:
        _take_in(press)
        issue_id = _compose(press, out)
        _send(press, issue_id, settings, out)
        _account(press, issue_id)
    say(f"\nDone in {time.monotonic() - began:.1f} s. Look at:")
    for what, where in (
        ("the issue", out / "preview/issue.html"),
        ("its text part", out / "preview/issue.txt"),
        ("the web copy", out / "preview/web.html"),
        ("the mails", out / "mailbox"),
    ):
        say(f"  {what:<14} {where}")
    say(f"  the ledger     newsletter --config {out}/config.toml issue status {issue_id} --rows")
    say(f"  the desk       newsletter --config {out}/config.toml serve     (make serve)")


def _fresh(out: Path) -> None:
    """An empty folder; only one that an earlier demo made is emptied."""
    if out.exists() and not (out / _MARK).exists() and (not out.is_dir() or any(out.iterdir())):
        raise ConfigError(f"{out} is there and was not made by a demo; name another folder with --out.")
    try:
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        (out / _MARK).touch()
    except OSError as error:
        raise ConfigError(f"{out} cannot be made ({type(error).__name__}); name another folder with --out.") from error


def _take_in(press: "Press") -> None:
    from newsletter.ingest.fetch import Fetcher
    from newsletter.moving.newcomer import Standing
    from newsletter.moving.reading import open_list

    samples = asset("samples") / "magazine"
    pages = sorted((samples / "articles").glob("*.md"))
    for page in pages:
        press.intake.add_file(page)
    say(f"1  {len(pages)} articles from Markdown files")
    with _served(samples / "feeds") as address, Fetcher(allow_hosts=frozenset({address})) as fetcher:
        for feed in sorted((samples / "feeds").iterdir()):
            polled = press.intake.add_source(f"http://{address}/{feed.name}", fetcher)
            say(f"   {sum(polled.taken.values())} from the feed of {polled.source.title}")
    newsletter = press.store.newsletters.save(read_newsletter(samples / "newsletter.toml"))
    people = open_list(samples / "subscribers.csv")
    added = press.moving_in.carry(people, newsletter, usual=Standing.ACTIVE)
    say(f"2  {added.new} subscribers of {newsletter.title}")


def _compose(press: "Press", out: Path) -> int:
    newsletter = press.store.newsletters.all()[0]
    issue = press.desk.compose(newsletter, Slot(SLOT, newsletter.timezone))
    issue_id = int(issue.id or 0)
    say(f"3  {newsletter.title} No. {issue.number}, {issue.slot}: {issue.subject}")
    for section in issue.sections:
        say(f"   {len(section.items):>2}  {section.heading or 'Lead'}")
    shown = press.desk.preview(issue_id)
    write_preview(out / "preview", shown, media=press.media, media_url=press.links.media(""))
    say(f"4  checks: {len(shown.errors)} errors, {len(shown.warnings)} to be mended or waived")
    for finding in press.desk.waive(issue_id, ["link-local"], reason="The demo is read on the machine that made it."):
        say(f"   waived: {finding.sentence}")
    press.desk.approve(issue_id)
    return issue_id


def _send(press: "Press", issue_id: int, settings: Settings, out: Path) -> None:
    from newsletter.app import App
    from newsletter.config import TransportKind
    from newsletter.model.delivery import Security

    with local_mailbox(out / "mailbox") as port:
        relay = settings.relay.model_copy(update={"host": "127.0.0.1", "port": port, "security": Security.NONE})
        smtp = settings.delivery.model_copy(update={"transport": TransportKind.SMTP})
        transport = App(settings.model_copy(update={"relay": relay, "delivery": smtp})).transport()
        newsletter_id = int(press.store.newsletters.all()[0].id or 0)
        with progress_bar("Sending", len(list(press.store.subscribers.of(newsletter_id)))) as step:
            press.dispatch.send(issue_id, transport, progress=step)
    say(f"5  sent through a real SMTP conversation: {len(list((out / 'mailbox').glob('*.eml')))} mails in the mailbox")


def _account(press: "Press", issue_id: int) -> None:
    status = press.dispatch.status(issue_id)
    for state, count in status.counts.items():
        if count:
            say(f"   {count:>2}  {state}")
    for reason, count in status.suppressed.items():
        say(f"       {count} of them {reason}")
    people = len(list(press.store.subscribers.of(int(press.store.newsletters.all()[0].id or 0))))
    say(f"   {people - sum(status.counts.values()):>2}  had unsubscribed before and are not in the list")


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """Serve a folder on the loopback interface, as the feeds' publishers would; yield host and port."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's signature
        """Say nothing."""
