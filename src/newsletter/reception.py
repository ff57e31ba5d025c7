"""Who comes and who goes: sign-ups are answered, letters about subscriptions written, the long gone forgotten."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from newsletter.addresses import refuses
from newsletter.errors import NotFoundError
from newsletter.model.arrival import token_of
from newsletter.model.consent import Consent, ConsentKind
from newsletter.model.delivery import Mail
from newsletter.model.issue import IssueState
from newsletter.model.newsletter import Newsletter
from newsletter.model.signup import CONFIRM_WITHIN, Answer, Signup, answer
from newsletter.model.subscriber import READER, Subscription, SubscriptionState
from newsletter.render.links import Links, Purpose
from newsletter.render.service import (
    AddressChange,
    Confirm,
    Goodbye,
    PreferencesLink,
    ServiceMail,
    StillWanted,
    Welcome,
    compile_service,
    service_message,
)
from newsletter.render.templates import Templates
from newsletter.store.letters import Letter
from newsletter.store.store import Store

#: Sign-ups that are answered, and letters that are written, in one round.
AT_ONCE = 200
#: Until then an issue that is over may tell of mailboxes that do not exist, if nobody came to it at its end.
_LATELY = timedelta(days=2)
_WENT_OUT = (IssueState.FINISHED, IssueState.SENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """Where people come in and leave."""

    store: Store
    links: Links
    templates: Templates
    actor: str
    clock: Callable[[], datetime]

    def answer(self) -> int:
        """Decide about the sign-ups that came in; return how many. See ``model.signup.answer`` for the rules."""
        waiting = self.store.signups.waiting(AT_ONCE)
        newsletters = {newsletter.id: newsletter for newsletter in self.store.newsletters.all()} if waiting else {}
        for asked in waiting:
            newsletter = newsletters[asked.newsletter_id]
            known = self._known(asked)
            against = {
                found.reason
                for found in self.store.suppressions.of(asked.email)
                if found.newsletter_id in (0, newsletter.id)
            }
            decided = answer(newsletter.terms, known.state if known else None, against)
            if refuses(newsletter.terms, asked.email):
                decided = Answer.NOTHING
            about = int(known.subscriber.id or 0) if known and decided == "preferences_link" else int(asked.id or 0)
            self.store.signups.answer(asked, decided, about=about, now=self.clock())
        return len(waiting)

    def receive(self, message: bytes) -> bool:
        """Let whoever wrote ``unsubscribe TOKEN`` to the mailbox for leaving leave; return whether the mail said so.

        The sender of a mail can be made up, so only the token counts. Leaving twice changes nothing.
        """
        token = token_of(message)
        if token is None:
            return False
        try:
            person, newsletter_id = self.links.read(token, Purpose.UNSUBSCRIBE)
            found = self.store.subscribers.get(person, newsletter_id)
        except NotFoundError:
            return False
        if found.state is not SubscriptionState.UNSUBSCRIBED:
            gone = replace(found, state=SubscriptionState.UNSUBSCRIBED)
            self.store.subscribers.change(gone, newsletter_id, actor=READER, now=self.clock())
        return True

    def ask_unconfirmed(self, newsletter: Newsletter) -> int:
        """Have everybody who was imported without a confirmation asked for it; return how many."""
        count = 0
        for found in self.store.subscribers.of(int(newsletter.id or 0)):
            if found.state == "unconfirmed":
                person = found.subscriber
                self.store.signups.ask(
                    Signup(newsletter_id=int(newsletter.id or 0), email=person.email, asked_at=self.clock(), page=found.source)
                )  # fmt: skip
                count += 1
        return count

    def keep_house(self) -> None:
        """Forget what is too old to be kept: unconfirmed sign-ups, letters sent, people who left long ago."""
        now = self.clock()
        self.store.signups.forget(now)
        self.store.letters.forget(now)
        self.store.address_changes.forget(now)
        for issue_id in self.store.issues.finished_since(now - _LATELY):
            self.store.suppressions.learn(issue_id, now=now)
        for newsletter in self.store.newsletters.all():
            number, terms = int(newsletter.id or 0), newsletter.terms
            if terms.forget_months:
                for person in self.store.erasure.gone_since(number, terms.forget_months, now=now):
                    self.store.erasure.retire(person, actor=self.actor, now=now)
            if terms.ask_again_months:
                self.store.renewals.ask(number, terms.ask_again_months, now=now)
                self.store.renewals.end(number, now=now)

    def letter(self, letter: Letter) -> Mail | None:
        """The mail that a letter is; ``None`` if what it is about is no more."""
        newsletter = next(n for n in self.store.newsletters.all() if n.id == letter.newsletter_id)
        try:
            mail, language = self._content(letter, newsletter)
        except NotFoundError:
            return None
        spoken = replace(newsletter, language=language or newsletter.language)
        compiled = compile_service(mail, spoken, templates=self.templates)
        name = sha256(f"letter {letter.id} {self.links.secret}".encode()).hexdigest()[:32]
        return service_message(
            compiled, spoken, recipient=letter.recipient, message_id=f"<{name}@{newsletter.sender.rpartition('@')[2]}>",
            date=self.clock(),
        )  # fmt: skip

    def _content(self, letter: Letter, newsletter: Newsletter) -> tuple[ServiceMail, str]:
        """What it says, and the language of whom it goes to."""
        number, links = letter.newsletter_id, self.links
        if letter.kind == Confirm.name:
            asked = self.store.signups.get(letter.about, now=self.clock())
            link = links.to(Purpose.CONFIRM, letter.about, number)
            return Confirm(link=link, days=CONFIRM_WITHIN.days), asked.choices.language
        if letter.kind in (Purpose.NEW_ADDRESS.replace("-", "_"), Purpose.OLD_ADDRESS.replace("-", "_")):
            change = self.store.address_changes.get(letter.about, now=self.clock())
            purpose = Purpose(letter.kind.replace("_", "-"))
            person = self.store.subscribers.get(change.subscriber_id, number).subscriber
            link = links.to(purpose, letter.about, number)
            return AddressChange(link=link, days=7, is_new=purpose is Purpose.NEW_ADDRESS), person.language
        return self._to_subscriber(letter, newsletter, self.store.subscribers.get(letter.about, number))

    def _to_subscriber(self, letter: Letter, newsletter: Newsletter, found: Subscription) -> tuple[ServiceMail, str]:
        person, number = found.subscriber, letter.newsletter_id
        home = self.links.home(newsletter.slug)
        addresses = {
            "home_url": home,
            "preferences_url": self.links.preferences(letter.about, number, person.link_serial),
            "unsubscribe_url": self.links.unsubscribe(letter.about, number),
        }
        if letter.kind == StillWanted.name:
            link = self.links.to(Purpose.STAY, letter.about, number)
            return StillWanted(link=link, days=30, **addresses), person.language
        if letter.kind == Goodbye.name:
            return Goodbye(subscribe_url=self.links.sign_up(newsletter.slug)), person.language
        if letter.kind == PreferencesLink.name:
            return PreferencesLink(**addresses), person.language
        latest = next(
            (i for i in self.store.issues.all() if i.newsletter == newsletter.slug and i.state in _WENT_OUT), None
        )
        last = (
            {"latest_url": self.links.archive(newsletter.slug, latest.slot), "latest_subject": latest.subject}
            if latest
            else {}
        )
        return Welcome(**addresses, **last), person.language

    def _known(self, asked: Signup) -> Subscription | None:
        try:
            return self.store.subscribers.find(asked.email, asked.newsletter_id)
        except NotFoundError:
            return None


def confirmed(page: str, network: str, now: datetime) -> Consent:
    """The evidence that the button in the mail was pressed."""
    return Consent(kind=ConsentKind.CONFIRMED, at=now, page=page, network=network)
