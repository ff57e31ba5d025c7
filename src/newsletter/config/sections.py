"""The sections of ``config.toml``, each key with the sentence that explains it."""

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from newsletter.model.delivery import Login, Security

_LAST_PORT = 65_535


class Section(BaseModel):
    """What all sections have in common."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Database(Section):
    """Where everything is stored."""

    url: str = Field(
        "sqlite:///newsletter.db",
        description="sqlite:///FILE (relative to this file's folder) or postgresql://USER:PASSWORD@HOST/NAME.",
    )


class TransportKind(StrEnum):
    """Where mail goes."""

    MAILBOX = "mailbox"
    SMTP = "smtp"
    PROVIDER = "provider"


class Delivery(Section):
    """How mail leaves."""

    transport: TransportKind = Field(
        TransportKind.MAILBOX,
        description='"mailbox" writes .eml files to a folder and sends nothing; "smtp" hands over to the relay below, '
        '"provider" to the provider below.',
    )
    mailbox: Path = Field(Path("outbox"), description="The folder for .eml files, relative to this file's folder.")
    journal: Path = Field(
        Path("journal"),
        description="The folder where senders note what they hand over, relative to this file's folder.",
    )
    rate: str = Field("", description='How fast at most, of all senders together, as "500/minute"; empty is no limit.')
    provider_rate: str = Field("", description='The same for each provider of mailboxes, as "20/second".')
    provider_rates: dict[str, str] = Field(
        {}, description='The same for one provider or domain, as { google = "10/second", "example.org" = "30/minute" }.'
    )
    warm_up_since: date | None = Field(
        None, description="The day on which a new domain or relay began to send; it then sends 50, 100, 250 ... a day."
    )
    bounces: str | None = Field(
        None,
        pattern=r"^[A-Za-z0-9.-]+$",
        description="A domain of yours for bounces, whose addresses tell whose mail came back; the sender if left out.",
    )
    unsubscribe_mailbox: str | None = Field(
        None,
        pattern=r"^[A-Za-z0-9._-]+@[A-Za-z0-9.-]+$",
        description="A mailbox of yours that readers may write to to leave, whose mail goes to `newsletter receive`; "
        "none if left out.",
    )


class Relay(Section):
    """The SMTP server that takes our mail."""

    host: str = Field("127.0.0.1", description="Name or address of the relay.")
    port: int = Field(587, ge=1, le=65535, description="587 with starttls, 465 with tls, 25 inside your own network.")
    security: Security = Field(
        Security.STARTTLS,
        description='"starttls", "tls" or "none"; with the first two clear text is never fallen back to.',
    )
    username: str | None = Field(None, description="Login name; leave out for a relay that asks for none.")
    password: SecretStr | None = Field(None, description="Better set as NEWSLETTER_RELAY__PASSWORD in the environment.")
    login: Login = Field(
        Login.PASSWORD, description='What the password is: "password", or "xoauth2" for an access token.'
    )
    connections: int = Field(10, ge=1, le=100, description="How many connections are held at once.")
    helo: str | None = Field(None, description="The name we greet with; this machine's full name if left out.")
    ca_file: Path | None = Field(
        None, description="Certificates to trust instead of the system's, for a private relay."
    )
    rate: str = Field("", description='How fast at most it is brought mail, of all senders together, as "14/second".')
    weight: int = Field(1, ge=1, le=100, description="Its share of the mail among relays of the same rank.")
    rank: int = Field(
        0, ge=0, le=9, description="Relays of a higher rank are used when none before them can be reached."
    )


class Dkim(Section):
    """The keys that outgoing mail is signed with."""

    keys: Path = Field(
        Path("dkim"),
        description="The folder of DKIM keys; mail of a domain that has none there is not signed here.",
    )


class ProviderKind(StrEnum):
    """Whose HTTP interface takes our mail."""

    SES = "ses"
    POSTMARK = "postmark"
    MAILGUN = "mailgun"
    RESEND = "resend"


class Provider(Section):
    """The provider that takes our mail over HTTP; what each kind needs is checked when it is opened."""

    kind: ProviderKind = Field(ProviderKind.SES, description='"ses", "postmark", "mailgun" or "resend".')
    endpoint: str = Field("", description="Another address than the provider's own; http for this machine only.")
    region: str = Field("", description="The region of your SES identities, or Mailgun's: us or eu.")
    domain: str = Field("", description="Mailgun's sending domain; empty is the domain of the sender.")
    stream: str = Field("broadcast", description="Postmark's message stream; newsletters need a broadcast stream.")
    key: SecretStr | None = Field(None, description="Better set as NEWSLETTER_PROVIDER__KEY in the environment.")
    secret: SecretStr | None = Field(
        None, description="The secret access key of SES; better set as NEWSLETTER_PROVIDER__SECRET."
    )
    connections: int = Field(4, ge=1, le=100, description="How many mails may be on their way at once.")


class EngineKind(StrEnum):
    """Who tells a worker what to do."""

    EMBEDDED = "embedded"
    POSTGRES = "postgres"


class Work(Section):
    """How `newsletter worker` finds what is to be sent."""

    engine: EngineKind = Field(
        EngineKind.EMBEDDED,
        description='"embedded" looks for itself; "postgres" has a queue in the database, for workers on many machines.',
    )
    concurrency: int = Field(1, ge=1, le=16, description="Batches that one worker runs at a time (engine postgres).")


class Fetch(Section):
    """How feeds and pages are fetched."""

    allow_hosts: frozenset[str] = Field(
        frozenset(),
        description='Hosts inside your network that may be fetched, as "wiki.internal" or "127.0.0.1:8080".',
    )
    every_minutes: int = Field(
        15, ge=0, le=1440, description="Minutes between two rounds of the sources by `serve` and `worker`; 0 for none."
    )


class Assistant(Section):
    """The language model that may write summaries; off unless an address is given."""

    url: str = Field(
        "",
        pattern=r"^(https?://[^\s/?#@]+(/[^\s?#@]*)?)?$",
        description="The address before /chat/completions; empty switches the assistant off.",
    )
    model: str = Field("", description="The model's name, as the endpoint knows it.")
    key: SecretStr | None = Field(None, description="Better set as NEWSLETTER_ASSISTANT__KEY in the environment.")
    seconds: float = Field(20.0, gt=0, le=600, description="How long one request may take altogether.")
    daily_tokens: int = Field(200_000, ge=1, description="No request is begun once so many tokens went in 24 hours.")
    options: dict[str, bool | int | float | str] = Field(
        {"temperature": 0, "max_tokens": 700},
        description="Sent along with each request as they stand; take out what your model does not know.",
    )


class SpamEngine(StrEnum):
    """The spam filter that scores a mail before it goes out."""

    AUTO = "auto"
    OFF = "off"
    SPAMD = "spamd"
    SPAMASSASSIN = "spamassassin"
    RSPAMD = "rspamd"


class Spam(Section):
    """The spam filter that an issue is shown to before it goes out."""

    engine: SpamEngine = Field(
        SpamEngine.AUTO,
        description='"spamd", "spamassassin" (its command) or "rspamd"; "auto" takes the first that this machine has.',
    )
    address: str = Field(
        "",
        pattern=r"^(([^\s/?#@:\[\]]+|\[[0-9A-Fa-f:.]+\]):[1-9][0-9]{0,4})?$",
        description="HOST:PORT of spamd or rspamd; empty is this machine and the usual port.",
    )
    seconds: float = Field(20.0, gt=0, le=600, description="How long one mail may take altogether.")

    @field_validator("address")
    @classmethod
    def _has_a_port(cls, address: str) -> str:
        if address and int(address.rpartition(":")[2]) > _LAST_PORT:
            raise ValueError(f"a port is at most {_LAST_PORT}")
        return address

    @model_validator(mode="after")
    def _belongs_to_one_engine(self) -> Self:
        if self.address and self.engine not in (SpamEngine.SPAMD, SpamEngine.RSPAMD):
            raise ValueError('address needs engine = "spamd" or "rspamd"')
        return self

    def host_and_port(self, usual_port: int) -> tuple[str, int]:
        """Where the daemon listens: at ``address``, or at the ``usual_port`` of this machine."""
        host, _, port = self.address.rpartition(":")
        return (host.strip("[]"), int(port)) if self.address else ("127.0.0.1", usual_port)


class PictureStore(StrEnum):
    """Where the pictures of issues lie."""

    FOLDER = "folder"
    S3 = "s3"


class Pictures(Section):
    """Where the pictures of issues lie for mail programs to fetch."""

    store: PictureStore = Field(
        PictureStore.FOLDER,
        description='"folder" keeps them in media, served by the pages; "s3" puts them into the bucket below.',
    )
    bucket: str = Field("", pattern=r"^[A-Za-z0-9._-]*$", description="The bucket's name.")
    endpoint: str = Field(
        "",
        pattern=r"^(https?://[^\s/?#@]+(/[^\s?#@]*[^\s?#@/])?)?$",
        description="The address of the store's S3 interface, without the bucket and without a slash at the end.",
    )
    region: str = Field("us-east-1", pattern=r"^[A-Za-z0-9-]+$", description="The region that requests are signed for.")
    addressing: Literal["path", "virtual"] = Field(
        "path",
        description='"path" names the bucket in the path of a request; "virtual" names it before the host.',
    )
    prefix: str = Field(
        "",
        pattern=r"^([A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*)?$",
        description="A folder inside the bucket; empty is its top.",
    )
    public_url: str = Field(
        "",
        pattern=r"^(https?://[^\s/?#@]+(/[^\s?#@]*[^\s?#@/])?)?$",
        description="What stands before a picture's name in its public address, without a slash at the end.",
    )
    access_key_id: str = Field("", description="The key that may write into the bucket.")
    secret_access_key: SecretStr | None = Field(
        None, description="Better set as NEWSLETTER_PICTURES__SECRET_ACCESS_KEY in the environment."
    )

    @model_validator(mode="after")
    def _names_the_bucket(self) -> Self:
        needed = ("bucket", "endpoint", "public_url", "access_key_id", "secret_access_key")
        # An empty secret is false as well.
        missing = [key for key in needed if not getattr(self, key)]
        if self.store is PictureStore.S3 and missing:
            raise ValueError(f'store = "s3" also needs {", ".join(missing)}')
        return self


class Serve(Section):
    """The pages."""

    host: str = Field("127.0.0.1", description="The address that `newsletter serve` listens on.")
    port: int = Field(8000, ge=1, le=65535, description="The port that `newsletter serve` listens on.")


class Signup(Section):
    """How often strangers may sign up."""

    per_network: str = Field("20/hour", description="Sign-ups from one network (a /24, or a /48 of IPv6) at most.")
    per_newsletter: str = Field("2000/hour", description="Sign-ups for one newsletter at most.")
    per_address: str = Field("5/day", description="Sign-ups with one address, dots and plus tags left aside, at most.")

    @field_validator("per_network", "per_newsletter", "per_address")
    @classmethod
    def _is_understood(cls, written: str) -> str:
        from limits import parse  # noqa: PLC0415 - needed by those alone who set one

        try:
            parse(written)
        except ValueError:
            raise ValueError('write a number and a time, such as "20/hour"') from None
        return written
