"""``newsletter subscriber history | data | erase | ask | form``: what is known of a reader, and its end."""

from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.addresses import normalised
from newsletter.cli.lists import Newsletter
from newsletter.cli.newsletters import the_newsletter
from newsletter.cli.output import AsJson, say, say_json, say_table
from newsletter.cli.session import open_press
from newsletter.errors import NewsletterError, NotFoundError
from newsletter.model.newsletter import Newsletter as Periodical
from newsletter.model.subscriber import Subscription

if TYPE_CHECKING:
    from newsletter.pipeline import Press


def the_reader(press: "Press", email: str, letter: Periodical) -> Subscription:
    """The subscription of that address; ``NotFoundError`` says where to look."""
    try:
        return press.store.subscribers.find(normalised(email), int(letter.id or 0))
    except NotFoundError:
        raise NotFoundError(
            f"Nobody of that address has subscribed to {letter.title}; see: newsletter subscriber list"
        ) from None


def looked_at(press: "Press", found: Subscription) -> None:
    """Keep on the trail who looked at whose data."""
    press.store.audit.note(press.clock(), press.actor, "subscriber.viewed", f"subscriber {found.subscriber.id}")


def history(context: typer.Context, email: str, newsletter: Newsletter = None, as_json: AsJson = False) -> None:
    """Show how a reader came to get a newsletter (the evidence of consent), and who looked at or changed their data."""
    with open_press(context) as press:
        letter = the_newsletter(press, newsletter)
        found = the_reader(press, email, letter)
        looked_at(press, found)
        evidence = press.store.consents.of(int(found.subscriber.id or 0), int(letter.id or 0))
        trail = press.store.audit.of(f"subscriber {found.subscriber.id}")
    if as_json:
        said = [{"kind": one.kind, "at": one.at, "wording": one.wording, "page": one.page, "network": one.network, "detail": dict(one.detail)} for one in evidence]  # fmt: skip
        say_json(
            {
                "consents": said,
                "trail": [{"at": e.at, "actor": e.actor, "action": e.action, "detail": e.detail} for e in trail],
            }
        )
        return
    rows = [(f"{one.at:%Y-%m-%d %H:%M}", one.kind, one.page, one.network, one.wording) for one in evidence]
    say_table(("when (UTC)", "evidence", "where", "network", "wording"), rows)
    say("")
    say_table(("when (UTC)", "who", "what"), [(f"{e.at:%Y-%m-%d %H:%M}", e.actor, e.action) for e in trail])


def data(context: typer.Context, email: str, newsletter: Newsletter = None) -> None:
    """Print everything that is stored about a reader, as JSON, for whoever asks for their data (GDPR, articles 15 and 20)."""
    with open_press(context) as press:
        found = the_reader(press, email, the_newsletter(press, newsletter))
        known = press.store.erasure.everything(int(found.subscriber.id or 0), actor=press.actor, now=press.clock())
    say_json(known)


def erase(
    context: typer.Context,
    email: str,
    newsletter: Newsletter = None,
    yes: Annotated[bool, typer.Option("--yes", help="It cannot be undone; say so.")] = False,
) -> None:
    """Delete all that tells who a reader is, in every newsletter (GDPR, article 17); no import brings them back."""
    with open_press(context) as press:
        found = the_reader(press, email, the_newsletter(press, newsletter))
        if not yes:
            raise NewsletterError(
                "This deletes everything that is known of that reader and cannot be undone; add --yes."
            )
        press.store.erasure.erase(int(found.subscriber.id or 0), actor=press.actor, now=press.clock())
    say("They are forgotten. The hash of their address stays on the suppression list.")


def ask(context: typer.Context, newsletter: Newsletter = None) -> None:
    """Ask everybody who has not confirmed whether the address is theirs; `serve` sends the mails, a hundred in ten seconds."""
    with open_press(context) as press:
        count = press.reception.ask_unconfirmed(the_newsletter(press, newsletter))
    say(f"{count} people will be asked by mail. Each is asked once a day at most.")


def form(
    context: typer.Context,
    newsletter: Newsletter = None,
    language: Annotated[str, typer.Option(help="en, de, fr ...; the newsletter's own if left out.")] = "",
) -> None:
    """Print the sign-up form as plain HTML, to be put on any page: it needs no script."""
    with open_press(context) as press:
        from newsletter.web.signup import snippet

        html = snippet(the_newsletter(press, newsletter), press, language)
    say(html)
