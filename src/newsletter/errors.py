"""Everything that can go wrong, said in one sentence that also tells how to mend it.

The same sentence serves the log, the command line and the screen, so it names what happened and what to do next and
never carries an address or a secret. Whoever raises one of these has made sure that nothing was lost.
"""


class NewsletterError(Exception):
    """Something failed; the message is one or two plain sentences for the person at the keyboard."""


class ConfigError(NewsletterError):
    """The configuration cannot be read or holds a key or value that is not understood."""


class NotFoundError(NewsletterError):
    """A newsletter, issue, article, source or subscriber of that name or number does not exist."""


class RefusedError(NewsletterError):
    """The request came from somewhere that it may not come from; nothing was changed."""


class StoreError(NewsletterError):
    """The database or the place for pictures cannot be reached or used: locked, full, refused, of another version."""


class StoreAway(StoreError):  # noqa: N818 - reads as the outcome it is
    """The database does not answer just now; whoever can wait may try again."""


class Fenced(StoreError):  # noqa: N818 - reads as the outcome it is
    """Another sender took over, for we were taken for dead; nothing more may be sent or settled."""


class IngestError(NewsletterError):
    """A file, page or feed cannot be turned into an article."""


class FetchError(IngestError):
    """A URL cannot be fetched: refused for safety, too large, too slow, or the server said no.

    ``retry_after`` are the seconds after which the server wants to be asked again, where it says so; ``gone`` tells
    that it says the address will never answer again (410).
    """

    def __init__(self, message: str, *, retry_after: float | None = None, gone: bool = False) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.gone = gone


class NothingToSend(NewsletterError):  # noqa: N818 - an outcome that editors name this way, not a fault
    """The period holds no article to print: no mail is better than an empty mail."""


class IssueStateError(NewsletterError):
    """The issue is not in a state that allows this step (say, sending a draft)."""


class RenderError(NewsletterError):
    """The issue cannot be rendered to a correct mail; a wrong mail is never built."""


class InlineRefused(RenderError):  # noqa: N818 - reads as the outcome it is
    """The page holds markup or CSS that the inliner must not touch."""


class HeaderRefused(RenderError):  # noqa: N818 - reads as the outcome it is
    """A header value holds CR, LF, NUL or another control character."""


class AddressError(NewsletterError):
    """An e-mail address is malformed."""


class ChoiceError(NewsletterError):
    """A reader, or somebody for them, asks for what the newsletter does not offer or no calendar holds."""


class TransportError(NewsletterError):
    """The relay or the mailbox cannot take mail at all just now; no recipient is to blame."""


class RelayUnreachable(TransportError):  # noqa: N818 - reads as the outcome it is
    """No conversation with the relay could be started."""


class SenderRefused(TransportError):  # noqa: N818 - reads as the outcome it is
    """The relay refuses us (login, sender address, TLS): going on would burn the list, so the issue pauses."""


class AssistantError(NewsletterError):
    """The language model wrote nothing: it is off, cannot be reached, or refuses us. Summaries are made without it."""


class AnswerLost(AssistantError):  # noqa: N818 - reads as the outcome it is
    """The language model was asked and its answer did not arrive in a usable form; it may have cost something."""


class DnsError(NewsletterError):
    """DNS gave no answer that counts: none in time, SERVFAIL, or a name that it cannot hold. Absence is no error."""


class DkimKeyError(NewsletterError):
    """A DKIM key cannot be made, read or used: none there, there already, readable by others, or of the wrong kind."""
