"""A newsletter: what editors own. Its name, its sender, its plan of sections; never a relay or a secret."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionPlan:
    """How much of each kind of section an issue holds at most; ``0`` leaves the section out."""

    stories: int = 4
    other_news: int = 8
    briefings: int = 4
    magazine: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Newsletter:
    """One periodical. ``slug`` names it in commands and URLs; ``sender`` is the From address, ``reply_to`` optional.

    ``postal_address`` is printed in every footer because CAN-SPAM and its kin demand it. ``topic`` fills the heading
    "Other <topic> News This Week"; without it the composer takes the topic of the week's own round-up, if there is one.
    ``theme`` names a file in ``templates/email/themes``.
    """

    slug: str
    title: str
    sender: str
    sender_name: str
    postal_address: str
    organisation: str
    id: int | None = None
    tagline: str = ""
    reply_to: str | None = None
    language: str = "en"
    timezone: str = "UTC"
    topic: str | None = None
    theme: str = "broadsheet"
    plan: SectionPlan = field(default_factory=SectionPlan)

    @property
    def list_id(self) -> str:
        """The stable identity of the list (RFC 2919): the slug as a label under the sender's domain."""
        return f"{self.slug}.{self.sender.rpartition('@')[2]}"
