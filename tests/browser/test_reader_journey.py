"""A reader's whole way by the keyboard alone: sign up, confirm, choose, move, download, leave, be forgotten. On a telephone."""

import asyncio
import json
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from browser.axe import findings
from browser.viewer import NEEDS_CHROMIUM, Viewer
from builders import newsletter
from newsletter.deliver.memory import MemoryTransport
from newsletter.errors import NotFoundError
from newsletter.i18n.phrases import phrases
from newsletter.model.subscriber import Frequency, Subscription
from newsletter.model.terms import Terms
from newsletter.pipeline import Press, now
from newsletter.render.links import Links
from newsletter.schedule.postman import Postman
from newsletter.web.app import create

pytestmark = NEEDS_CHROMIUM
WIDTH, ANN, MOVED = 375, "ann@example.com", "ann@example.net"


@contextmanager
def served(press: Press) -> Iterator[Press]:
    """The pages on a real server on the loopback interface."""
    server = uvicorn.Server(uvicorn.Config(create(press), port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield replace(press, links=Links(f"http://127.0.0.1:{port}", press.links.secret))
    finally:
        server.should_exit = True
        thread.join()


@dataclass(slots=True)
class Reader:
    """Somebody who has a keyboard, a window of 375 pixels, and a mailbox."""

    press: Press
    page: Any
    language: str
    has_script: bool

    def says(self, phrase: str, **values: str) -> str:
        """A phrase of the pages in the reader's language."""
        return phrases(self.language).gettext(phrase) % values

    def open(self, address: str) -> None:
        self.page.goto(address)
        self.looks()

    def looks(self) -> None:
        """Every page that comes: nothing is wider than the window, and axe finds nothing."""
        self.page.wait_for_load_state()
        assert self.page.evaluate("document.documentElement.scrollWidth") <= WIDTH
        assert self.page.locator("html").get_attribute("lang") == self.language
        if self.has_script:  # axe-core is one
            assert findings(self.page) == []

    def reach(self, selector: str) -> None:
        """Press Tab until that has the focus, as whoever has no mouse does; it can be seen there."""
        wanted = self.page.locator(selector).first
        for _ in range(120):
            self.page.keyboard.press("Tab")
            if wanted.evaluate("element => element === document.activeElement"):
                outline = wanted.evaluate("element => getComputedStyle(element).outlineStyle")
                inner = wanted.evaluate("element => element.matches(':focus-visible')")
                assert inner or outline != "none"
                return
        raise AssertionError(f"no keyboard comes to {selector}")

    def enter(self) -> None:
        """Press Enter on what has the focus, and wait for the page that it leads to."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.looks()

    def press_button(self, text: str) -> None:
        self.reach(f'button:has-text("{text}")')
        self.enter()

    def write(self, selector: str, text: str) -> None:
        self.reach(selector)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def unfold(self, text: str) -> None:
        self.reach(f'summary:has-text("{text}")')
        self.page.keyboard.press("Enter")

    def mails(self) -> dict[str, str]:
        """What comes into the mailboxes now, by address."""
        relay = MemoryTransport()
        postman = Postman(press=self.press, transport=lambda: relay, say=pytest.fail)
        with ThreadPoolExecutor(1) as thread:  # the browser's own loop runs in this one
            thread.submit(asyncio.run, postman.go()).result()
        return {one.recipient: one.content.decode().replace("=\r\n", "").replace("=3D", "=") for one in relay.mails}

    def stands(self, email: str = ANN) -> Subscription:
        return self.press.store.subscribers.find(email, 1)


def _link(text: str, purpose: str) -> str:
    found = re.search(rf"http://127\.0\.0\.1:\d+/{purpose}/[\w-]+", text)
    assert found, text
    return found[0]


@pytest.fixture(params=["with script", "without script"])
def has_script(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "with script")


@pytest.fixture(params=["en", "de"])
def reader(request: pytest.FixtureRequest, viewer: Viewer, press: Press, has_script: bool) -> Iterator[Reader]:  # noqa: FBT001 - a fixture
    language = str(request.param)
    # A machine's riddle is solved by a script; without one a reader would have to wait twenty seconds.
    terms = Terms(proof_of_work=10 if has_script else 0)
    press.store.newsletters.save(newsletter(language=language, topics=("Harbour", "Crime"), terms=terms))
    context = viewer.browser.new_context(
        viewport={"width": WIDTH, "height": 740}, java_script_enabled=has_script, accept_downloads=True
    )
    with served(replace(press, clock=now)) as desk:
        yield Reader(desk, context.new_page(), language, has_script)
        context.close()


def test_a_reader_needs_no_mouse_from_the_first_page_to_being_forgotten(reader: Reader) -> None:
    preferences = _signs_up_and_confirms(reader)
    _chooses(reader, preferences)
    _moves_and_takes_everything_along(reader, preferences)
    _leaves(reader)
    _is_forgotten(reader, preferences)


def _signs_up_and_confirms(reader: Reader) -> str:
    reader.open(reader.press.links.home("harbour"))
    reader.reach('a[href$="/subscribe"]')
    reader.enter()
    reader.write("#email", ANN)
    reader.write("#name", "Ann")
    reader.reach('input[name=topic][value="Crime"]')
    reader.page.keyboard.press("Space")
    if reader.has_script:
        reader.page.wait_for_function("document.querySelector('[name=answer]').value !== ''")
    reader.press_button(reader.says("Subscribe"))
    asked = reader.mails()
    reader.open(_link(asked[ANN], "confirm"))
    reader.reach("main button")
    reader.enter()
    found = reader.stands()
    assert (found.state, found.subscriber.name, dict(found.topics)) == ("active", "Ann", {"Crime": Frequency.NEVER})
    return _link(reader.mails()[ANN], "preferences")


def _chooses(reader: Reader, preferences: str) -> None:
    reader.open(preferences)
    reader.reach("input[name=frequency]:checked")
    reader.page.keyboard.press("ArrowDown")
    reader.reach('input[name=wanted][value="magazine"]')
    reader.page.keyboard.press("Space")
    reader.reach("#hour")
    reader.page.keyboard.type("07")
    reader.write("#name", "Ann Quay")
    reader.reach("#format")
    reader.page.keyboard.press("ArrowDown")
    reader.press_button(reader.says("Save"))
    assert reader.page.locator("[role=status]").inner_text() == reader.says("Saved. The next issue will follow it.")
    found = reader.stands()
    assert (found.frequency, found.hour, found.subscriber.name, found.subscriber.plain) == (
        Frequency.MONTHLY,
        7,
        "Ann Quay",
        True,
    )
    assert found.skips == {"magazine"}
    reader.unfold(reader.says("Why do I get this?"))
    assert ANN in reader.page.locator("details[open]").inner_text()


def _moves_and_takes_everything_along(reader: Reader, preferences: str) -> None:
    reader.unfold(reader.says("Have all my data"))
    with reader.page.expect_download() as download:
        reader.page.keyboard.press("Tab")
        reader.page.keyboard.press("Enter")
    assert json.loads(Path(download.value.path()).read_text())["person"]["name"] == "Ann Quay"
    reader.open(preferences)
    reader.unfold(reader.says("Send it to another address"))
    reader.write("#email", MOVED)
    reader.press_button(reader.says("Ask both"))
    asked = reader.mails()
    for address, purpose in ((MOVED, "new-address"), (ANN, "old-address")):
        reader.open(_link(asked[address], purpose))
        reader.reach("main button")
        reader.enter()
    assert reader.stands(MOVED).subscriber.name == "Ann Quay"


def _leaves(reader: Reader) -> None:
    reader.open(reader.press.links.unsubscribe(int(reader.stands(MOVED).subscriber.id or 0), 1))
    reader.press_button(reader.says("Unsubscribe"))
    assert reader.page.locator("h1").inner_text() == reader.says("You are unsubscribed")
    reader.reach("input[name=reason]")
    reader.page.keyboard.press("Space")
    reader.press_button(reader.says("Send"))
    found = reader.stands(MOVED)
    assert (found.state, found.left_reason) == ("unsubscribed", "too_often")


def _is_forgotten(reader: Reader, preferences: str) -> None:
    person = reader.stands(MOVED).subscriber
    assert reader.page.goto(preferences).status == 404, "the links of the old address opened their last page with it"
    reader.open(reader.press.links.preferences(int(person.id or 0), 1, person.link_serial))
    reader.unfold(reader.says("Forget me"))
    reader.reach("input[name=sure]")
    reader.page.keyboard.press("Space")
    reader.press_button(reader.says("Forget me"))
    with pytest.raises(NotFoundError):
        reader.stands(MOVED)
