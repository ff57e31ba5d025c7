"""From a stranger's address in a form to a reader, and everything that must not happen on the way."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from builders import NOW, newsletter, subscriber
from newsletter.deliver.memory import MemoryTransport
from newsletter.model.consent import ConsentKind
from newsletter.model.newsletter import Newsletter
from newsletter.model.subscriber import Frequency, Subscription, SubscriptionState
from newsletter.model.suppression import SuppressionReason
from newsletter.model.terms import Admission, Terms
from newsletter.pipeline import Press
from newsletter.schedule.postman import Postman
from newsletter.web.app import create
from newsletter.web.throttle import SignupLimits

ANN = "ann@example.com"
PLENTY = SignupLimits(per_network="1000/hour", per_newsletter="1000/hour", per_address="1000/day")


class Clock:
    """The time of the test."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> object:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(press: Press, clock: Clock) -> Press:
    press.store.newsletters.save(newsletter(topics=("Harbour", "Crime")))
    return replace(press, clock=clock)  # type: ignore[arg-type]  # a clock


@pytest.fixture
def web(desk: Press) -> Iterator[TestClient]:
    with TestClient(create(desk, limits=PLENTY), base_url="https://news.example.org") as client:
        yield client


def letters(desk: Press) -> list[tuple[str, str]]:
    """What the postman brings now: to whom, and the text of the mail."""
    relay = MemoryTransport()
    asyncio.run(Postman(press=desk, transport=lambda: relay, say=pytest.fail).go())
    return [(mail.recipient, mail.content.decode().replace("=\r\n", "").replace("=3D", "=")) for mail in relay.mails]


def link(text: str, purpose: str) -> str:
    """The first link of that kind in a mail."""
    found = re.search(rf"https://news\.example\.org/{purpose}/[\w-]+", text)
    assert found, text
    return found[0]


def sign_up(web: TestClient, email: str = ANN, **more: str) -> str:
    answer = web.post("/harbour/subscribe", data={"email": email, **more})
    assert answer.status_code == 200, answer.text
    return answer.text


def standing(desk: Press, email: str = ANN) -> Subscription:
    return desk.store.subscribers.find(email, 1)


def confirmed(desk: Press, web: TestClient, **more: str) -> Subscription:
    sign_up(web, **more)
    ((_, mail),) = letters(desk)
    assert web.post(link(mail, "confirm")).status_code == 200
    return standing(desk)


def nobody(desk: Press) -> bool:
    return list(desk.store.subscribers.of(1)) == []


def test_a_stranger_becomes_a_reader_by_the_button_in_the_mail(desk: Press, web: TestClient) -> None:
    page = web.get("/harbour/subscribe").text
    wording = "I want Harbour Weekly by e-mail. I can leave at any time, with one click in every mail."
    assert wording in page
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    sign_up(web, frequency="monthly", topic="Harbour", name="Ann Reader", **hidden)
    assert nobody(desk)
    ((recipient, mail),) = letters(desk)
    assert recipient == ANN
    assert "Ann Reader" not in mail, "no word of a stranger's goes to a stranger"
    answer = web.post(link(mail, "confirm"))
    assert "You are on the list" in answer.text
    found = standing(desk)
    assert (found.state, found.frequency, found.topics) == (
        SubscriptionState.ACTIVE, Frequency.MONTHLY, {"Crime": Frequency.NEVER},
    )  # fmt: skip
    assert found.subscriber.name == "Ann Reader"
    asked, said = desk.store.consents.of(1, 1)
    assert (asked.kind, asked.wording, asked.page) == (
        ConsentKind.ASKED, wording, "https://news.example.org/harbour/subscribe",
    )  # fmt: skip
    assert (said.kind, said.at) == (ConsentKind.CONFIRMED, NOW)
    ((_, welcome),) = letters(desk)
    assert "You are on the list" in welcome
    assert web.get(link(welcome, "preferences")).status_code == 200
    assert letters(desk) == []


def test_looking_at_the_mail_confirms_nothing(desk: Press, web: TestClient) -> None:
    sign_up(web)
    ((_, mail),) = letters(desk)
    for _ in range(3):
        assert "Yes, send it to me" in web.get(link(mail, "confirm")).text
        web.head(link(mail, "confirm"))
        web.options(link(mail, "confirm"))
    assert nobody(desk)


def test_the_button_works_once_and_brings_nobody_back_who_left_since(desk: Press, web: TestClient) -> None:
    sign_up(web)
    ((_, mail),) = letters(desk)
    for _ in range(2):
        assert "You are on the list" in web.post(link(mail, "confirm")).text
    assert len(desk.store.consents.of(1, 1)) == 2
    web.post(desk.links.unsubscribe(1, 1), data={"List-Unsubscribe": "One-Click"})
    assert "This link was used before" in web.post(link(mail, "confirm")).text
    assert standing(desk).state is SubscriptionState.UNSUBSCRIBED


def test_the_button_works_for_a_week(desk: Press, web: TestClient, clock: Clock) -> None:
    sign_up(web)
    ((_, mail),) = letters(desk)
    clock.now = NOW + timedelta(days=7, seconds=1)
    answer = web.post(link(mail, "confirm"))
    assert (answer.status_code, "sign up again" in answer.text) == (404, True)
    desk.reception.keep_house()
    assert ANN.encode() not in dumped(desk)


def dumped(desk: Press) -> bytes:
    """Every row of the database, as whoever steals it would read it."""
    connection = desk.store.engine.raw_connection()
    try:
        return "\n".join(connection.driver_connection.iterdump()).encode()  # type: ignore[union-attr]  # SQLite's
    finally:
        connection.close()


def test_known_and_unknown_addresses_get_the_same_page(desk: Press, web: TestClient) -> None:
    unknown = sign_up(web).replace(ANN, "")
    desk.store.subscribers.add(1, [Subscription(subscriber=subscriber("bob@example.com"), newsletter="")], now=NOW)
    desk.store.suppressions.add("eve@example.com", SuppressionReason.COMPLAINT, actor="t", now=NOW)
    for email in ("bob@example.com", "eve@example.com"):
        assert sign_up(web, email).replace(email, "") == unknown


def test_a_reader_who_signs_up_again_is_sent_the_way_to_the_preferences(desk: Press, web: TestClient) -> None:
    found = confirmed(desk, web, frequency="monthly")
    letters(desk)
    clock_of(desk).now = NOW + timedelta(days=2)
    sign_up(web, frequency="breaking")
    ((recipient, mail),) = letters(desk)
    assert recipient == ANN
    assert web.get(link(mail, "preferences")).status_code == 200
    assert standing(desk).frequency is found.frequency, "nobody chooses for somebody else"


def clock_of(desk: Press) -> Clock:
    assert isinstance(desk.clock, Clock)
    return desk.clock


def test_one_address_gets_one_such_mail_a_day_however_often_it_is_entered(desk: Press, web: TestClient) -> None:
    for _ in range(20):
        sign_up(web)
        sign_up(web, ANN.upper().replace("EXAMPLE.COM", "example.com"))
    assert len(letters(desk)) == 1
    clock_of(desk).now = NOW + timedelta(hours=23)
    sign_up(web)
    assert letters(desk) == []
    clock_of(desk).now = NOW + timedelta(hours=24, minutes=1)
    sign_up(web)
    assert len(letters(desk)) == 1


def test_a_second_newsletter_asks_on_the_next_day(desk: Press, web: TestClient) -> None:
    desk.store.newsletters.save(newsletter(slug="tide", title="Tide"))
    sign_up(web)
    assert web.post("/tide/subscribe", data={"email": ANN}).status_code == 200
    assert len(letters(desk)) == 1
    clock_of(desk).now = NOW + timedelta(hours=24, minutes=1)
    ((_, mail),) = letters(desk)
    assert "Tide" in mail


@pytest.mark.parametrize("reason", [SuppressionReason.COMPLAINT, SuppressionReason.BOUNCE, SuppressionReason.MANUAL])
def test_nothing_is_ever_sent_to_a_suppressed_address(desk: Press, web: TestClient, reason: SuppressionReason) -> None:
    desk.store.suppressions.add(ANN, reason, actor="t", now=NOW)
    sign_up(web)
    assert letters(desk) == []


def test_whoever_left_or_was_forgotten_can_come_back_by_confirming(desk: Press, web: TestClient) -> None:
    found = confirmed(desk, web)
    letters(desk)
    desk.store.erasure.erase(int(found.subscriber.id or 0), actor="t", now=NOW)
    assert ANN.encode() not in dumped(desk)
    clock_of(desk).now = NOW + timedelta(days=1, seconds=1)
    again = confirmed(desk, web)
    assert (again.state, again.subscriber.id) == (SubscriptionState.ACTIVE, 2)
    assert desk.store.suppressions.of(ANN) == []


@pytest.mark.parametrize(
    "email",
    [
        "", "ann", "ann@", "@example.com", "a..b@example.com", '"ann b"@example.com', "ann@[127.0.0.1]", "ann@localhost",
        f"{'a' * 290}@example.com", "ann@example.com\r\nBcc: all@example.com", "Ann <ann@example.com>", "ann@exa_mple.com",
        "ann@example.com, bob@example.com", "ann@example.com\x00",
    ],
)  # fmt: skip
def test_what_is_no_address_is_asked_for_again(desk: Press, web: TestClient, email: str) -> None:
    answer = web.post("/harbour/subscribe", data={"email": email})
    assert (answer.status_code, "no e-mail address" in answer.text) == (422, True)
    assert letters(desk) == []


@pytest.mark.parametrize(
    ("entered", "kept"),
    [
        ("  Ann@EXAMPLE.com ", "Ann@example.com"), ("ann+news@example.com", "ann+news@example.com"),
        ("a.n.n@example.com", "a.n.n@example.com"), ("zoë@example.com", "zoë@example.com"), ("ann@bücher.example", "ann@bücher.example"),
        ("ann@xn--bcher-kva.example", "ann@bücher.example"),
    ],
)  # fmt: skip
def test_addresses_are_kept_as_their_owners_write_them(desk: Press, web: TestClient, entered: str, kept: str) -> None:
    sign_up(web, entered)
    ((recipient, _),) = letters(desk)
    assert recipient == kept


def test_whoever_fills_the_field_that_nobody_sees_is_answered_and_forgotten(desk: Press, web: TestClient) -> None:
    assert "Look into your mailbox" in sign_up(web, website="https://cheap.example")
    assert letters(desk) == []


def test_a_network_an_address_and_a_newsletter_have_their_limits(desk: Press) -> None:
    for limits in ({"per_network": "3/hour"}, {"per_newsletter": "3/hour"}, {"per_address": "3/hour"}):
        few = SignupLimits(
            **{"per_network": "99/hour", "per_newsletter": "99/hour", "per_address": "99/hour", **limits}
        )
        with TestClient(create(desk, limits=few), base_url="https://news.example.org") as web:
            emails = [f"a{n}@example.com" for n in range(4)]
            if "per_address" in limits:
                emails = ["b.ob@example.com", "bob+1@example.com", "BOB@example.com", "b.o.b+2@example.com"]
            codes = [web.post("/harbour/subscribe", data={"email": email}).status_code for email in emails]
        assert codes == [200, 200, 200, 429], limits


def test_a_newsletter_may_be_closed_or_ask_nobody_to_confirm(desk: Press, web: TestClient) -> None:
    agree(desk, Terms(double_opt_in=False, wording="Send it."))
    assert "Send it." in web.get("/harbour/subscribe").text
    sign_up(web)
    ((_, welcome),) = letters(desk)
    assert "You are on the list" in welcome
    assert desk.store.consents.of(1, 1)[0].wording == "Send it."
    agree(desk, Terms(open=False))
    assert web.get("/harbour/subscribe").status_code == 404
    assert web.post("/harbour/subscribe", data={"email": ANN}).status_code == 404


def agree(desk: Press, terms: Terms) -> Newsletter:
    return desk.store.newsletters.save(replace(desk.store.newsletters.get("harbour"), terms=terms))


def test_whoever_left_has_to_confirm_even_where_nobody_else_has(desk: Press, web: TestClient) -> None:
    agree(desk, Terms(double_opt_in=False))
    sign_up(web)
    letters(desk)
    web.post(desk.links.unsubscribe(1, 1), data={"List-Unsubscribe": "One-Click"})
    clock_of(desk).now = NOW + timedelta(days=2)
    sign_up(web)
    ((_, mail),) = letters(desk)
    assert standing(desk).state is SubscriptionState.UNSUBSCRIBED
    web.post(link(mail, "confirm"))
    assert standing(desk).state is SubscriptionState.ACTIVE


def test_offices_can_be_kept_out(desk: Press, web: TestClient) -> None:
    agree(desk, Terms(role_accounts=Admission.REFUSE))
    sign_up(web, "postmaster@example.com")
    assert letters(desk) == []


@pytest.mark.parametrize("email", ["ann@mailinator.com", "ann@Sub.Mailinator.COM"])
def test_addresses_that_are_thrown_away_can_be_kept_out(desk: Press, web: TestClient, email: str) -> None:
    sign_up(web, email)
    assert len(letters(desk)) == 1, "they are people, unless the newsletter says otherwise"
    agree(desk, Terms(disposable=Admission.REFUSE))
    sign_up(web, email.replace("ann", "bob"))
    assert letters(desk) == []
    sign_up(web, "ann@mailinator.com.example.org")
    assert len(letters(desk)) == 1


def test_a_machine_has_to_solve_a_riddle_and_a_person_without_script_to_wait(desk: Press, web: TestClient) -> None:
    agree(desk, Terms(proof_of_work=8))
    page = web.get("/harbour/subscribe")
    assert "script-src 'nonce-" in page.headers["content-security-policy"]
    riddle = dict(re.findall(r'name="(riddle)" value="([^"]*)"', page.text))["riddle"]
    assert web.post("/harbour/subscribe", data={"email": ANN}).status_code == 422
    assert "wait twenty seconds" in web.post("/harbour/subscribe", data={"email": ANN, "riddle": riddle}).text
    answer = next(n for n in range(100_000) if solves(riddle, n))
    solved = {"riddle": riddle, "answer": str(answer)}
    sign_up(web, **solved)
    again = web.post("/harbour/subscribe", data={"email": "bob@example.com", **solved})
    assert again.status_code == 422, "an answer counts once"
    riddle = dict(re.findall(r'name="(riddle)" value="([^"]*)"', again.text))["riddle"]
    clock_of(desk).now = NOW + timedelta(seconds=20)
    sign_up(web, "bob@example.com", riddle=riddle)
    assert len(letters(desk)) == 2


def solves(riddle: str, answer: int) -> bool:
    from hashlib import sha256  # noqa: PLC0415 - the other side of the riddle

    return sha256(f"{riddle}:{answer}".encode()).digest()[0] == 0


def test_the_form_for_other_pages_is_plain_and_signs_up(desk: Press, web: TestClient) -> None:
    from newsletter.web.signup import snippet  # noqa: PLC0415 - the page is what the rest is about

    html = snippet(desk.store.newsletters.get("harbour"), desk)
    assert not re.search(r"<script|style=|src=|onclick", html)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html))
    headers = {"Referer": "https://blog.example/about", "Sec-Fetch-Site": "cross-site"}
    assert web.post("/harbour/subscribe", data={"email": ANN, **hidden}, headers=headers).status_code == 200
    ((_, mail),) = letters(desk)
    web.post(link(mail, "confirm"))
    (asked, _) = desk.store.consents.of(1, 1)
    assert asked.page == "https://blog.example/about"


def test_another_site_cannot_press_a_button_for_a_reader(desk: Press, web: TestClient) -> None:
    found = confirmed(desk, web)
    page = desk.links.preferences(int(found.subscriber.id or 0), 1)
    answer = web.post(f"{page}/erase", data={"sure": "yes"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, standing(desk).state) == (403, SubscriptionState.ACTIVE)


def test_a_form_that_is_too_long_is_not_read(desk: Press, web: TestClient) -> None:
    answer = web.post("/harbour/subscribe", data={"email": ANN, "name": "x" * 70_000})
    assert answer.status_code == 413


def test_the_page_speaks_the_language_that_is_asked_for(desk: Press, web: TestClient) -> None:
    german = web.get("/harbour/subscribe?language=de").text
    assert 'lang="de"' in german
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', german))
    sign_up(web, **hidden)
    ((_, mail),) = letters(desk)
    assert "Content-Language: de" in mail
    web.post(link(mail, "confirm"))
    assert standing(desk).subscriber.language == "de"
