"""Nothing of a reader, and nothing of the desk, reaches a public page: what could leak is marked, and looked for."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from builders import NOW, article, newsletter, subscriber
from newsletter.deliver.memory import MemoryTransport
from newsletter.model.edit import Edit, EditKind
from newsletter.model.slot import Slot
from newsletter.model.subscriber import Subscription
from newsletter.pipeline import Press
from newsletter.web.app import create

TAINT = "tainted"
PAGES = ("/harbour", "/harbour/2026-W47")


@pytest.fixture
def sent(press: Press) -> MemoryTransport:
    """An issue that went out to marked readers, made by marked editors out of marked notes."""
    letter = press.store.newsletters.save(newsletter(reply_to=f"{TAINT}-desk@news.example.org"))
    people = [subscriber(f"{TAINT}{n}@reader.example", name=f"{TAINT.title()} {n}") for n in range(3)]
    press.store.subscribers.add(letter.id or 0, [Subscription(subscriber=p, newsletter="") for p in people], now=NOW)
    press.store.articles.add(article(note=f"{TAINT} note of the editor"), now=NOW)
    press.store.articles.add(
        article(
            "Seals are back", url="https://review.example/seals", note=f"{TAINT} too", body=("They are. All of them.",)
        ),
        now=NOW,
    )
    press.desk.compose(letter, Slot("2026-W47", "UTC"))
    press.desk.edit(1, Edit(kind=EditKind.DROP, target="a2", value=f"{TAINT} reason"))
    press.desk.waive(1, (), reason=f"{TAINT} reason", actor=f"{TAINT} editor")
    press.desk.approve(1)
    transport = MemoryTransport()
    press.dispatch.send(1, transport)
    assert len(transport.mails) == 3
    return transport


@pytest.fixture
def web(press: Press) -> Iterator[TestClient]:
    with TestClient(create(press), base_url="https://news.example.org") as client:
        yield client


def secrets_of(press: Press, sent: MemoryTransport) -> list[str]:
    """Every mark, token and address that is personal or the desk's own."""
    tokens = [
        make(reader, 1).rpartition("/")[2]
        for reader in (1, 2, 3)
        for make in (press.links.unsubscribe, press.links.preferences)
    ]
    ids = [mail.message_id.strip("<>").partition("@")[0] for mail in sent.mails]
    return [
        TAINT,
        "__NL_",
        "nsubscribe",
        "references",
        press.links.desk().rpartition("/")[2],
        press.links.secret,
        *tokens,
        *ids,
    ]


@pytest.mark.parametrize("path", PAGES)
def test_no_public_page_holds_anything_of_a_reader_or_of_the_desk(
    press: Press, sent: MemoryTransport, web: TestClient, path: str
) -> None:
    answer = web.get(path)
    assert answer.status_code == 200
    seen = (answer.text + str(dict(answer.headers))).lower()
    found = secrets_of(press, sent)
    assert [secret for secret in found if secret.lower() in seen] == []
    # What is looked for is there to be found: the same mail that the page is a copy of holds it.
    mail = b"".join(one.content for one in sent.mails).decode().replace("=\r\n", "")
    assert all(secret in mail for secret in (TAINT, *found[6:]))


@pytest.mark.parametrize("path", PAGES)
def test_a_public_page_is_the_same_for_everybody(
    press: Press, sent: MemoryTransport, web: TestClient, path: str
) -> None:
    token = press.links.preferences(1, 1).rpartition("/")[2]
    plain = web.get(path)
    for asked in (
        {"headers": {"Cookie": f"{TAINT}=1; session=x", "User-Agent": TAINT, "Accept-Language": "de"}},
        {"headers": {"Referer": f"https://{TAINT}.example/", "X-Forwarded-For": "192.0.2.7"}},
        {"params": {"token": token, "email": f"{TAINT}0@reader.example", "utm_source": TAINT}},
    ):
        answer = web.get(path, **asked)  # type: ignore[arg-type]  # headers or parameters
        assert answer.content == plain.content
        assert "set-cookie" not in answer.headers
