"""A newsletter: what editors own. Its name, its sender, its plan of sections, its rules; never a relay or a secret."""

from dataclasses import dataclass
from enum import StrEnum

from newsletter.model.cadence import Cadence, Every
from newsletter.model.issue import SectionKind
from newsletter.model.manners import USUAL_MANNERS, Manners
from newsletter.model.terms import USUAL_TERMS, Terms


class Register(StrEnum):
    """How the lines of "other news" are written.

    ``brief`` is like a title, 7 to 15 words and never above 30; ``narrative`` is one or two whole sentences of 40 to 75
    words and never above 90, with the outlet named.
    """

    BRIEF = "brief"
    NARRATIVE = "narrative"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSection:
    """One section of the plan. ``name`` is how editors refer to it, unlike any other of the plan.

    ``most`` is the number of items that it holds at most; ``0`` leaves the section out. Without a ``heading`` the
    composer words one. ``topics`` keep it to articles of one of these topics; ``register`` counts for other news alone.
    """

    kind: SectionKind
    most: int
    name: str = ""
    heading: str | None = None
    topics: tuple[str, ...] = ()
    register: Register = Register.NARRATIVE

    def __post_init__(self) -> None:
        """Take the kind for the name if there is none."""
        if not self.name:
            object.__setattr__(self, "name", str(self.kind))


#: How many items a section of each kind holds where a plan does not say, in the order of a magazine's weekly.
USUAL_MOST = {
    SectionKind.LEAD: 1,
    SectionKind.SPONSOR: 1,
    SectionKind.STORIES: 4,
    SectionKind.OTHER_NEWS: 8,
    SectionKind.BRIEFING: 4,
    SectionKind.SERIES: 3,
    SectionKind.NUMBERS: 3,
    SectionKind.EVENTS: 5,
    SectionKind.MAGAZINE: 3,
}
#: A section that has nothing to say is not printed. Numbers of the week are for magazines that want them.
DEFAULT_PLAN = tuple(
    PlannedSection(kind=kind, most=most) for kind, most in USUAL_MOST.items() if kind is not SectionKind.NUMBERS
)


#: The sections that an article can be pinned to.
TELLS_STORIES = frozenset({SectionKind.LEAD, SectionKind.STORIES, SectionKind.SERIES, SectionKind.OTHER_NEWS})


class RuleField(StrEnum):
    """What a rule looks at: the publication, a topic, or a word of headline and dek."""

    OUTLET = "outlet"
    TOPIC = "topic"
    WORD = "word"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What this newsletter thinks of articles of one outlet or topic, or with one word in headline or dek.

    ``weight`` (-2 to +3) goes into the score; ``None`` means that such an article is never printed.
    """

    field: RuleField
    value: str
    weight: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Newsletter:
    """One periodical. ``slug`` names it in commands and URLs; ``sender`` is the From address, ``reply_to`` optional.

    ``postal_address`` is printed in every footer because CAN-SPAM and its kin demand it. ``topic`` fills the heading
    "Other <topic> News This Week"; without it the composer takes the topic of the week's own round-up, if there is one.
    ``theme`` names a file in ``templates/email/themes``. The sections of ``plan`` are printed in its order.
    ``manners`` say how its issues are sent, ``cadence`` when; without one it appears when an editor sends it. ``topics``
    are those that readers can choose among, ``terms`` those on which they join.
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
    plan: tuple[PlannedSection, ...] = DEFAULT_PLAN
    rules: tuple[Rule, ...] = ()
    manners: Manners = USUAL_MANNERS
    cadence: Cadence | None = None
    topics: tuple[str, ...] = ()
    terms: Terms = USUAL_TERMS

    def appears_at_most(self, every: Every) -> bool:
        """Whether it appears no more than once a week or once a month (``every``), so that nobody needs a review of it.

        Without a cadence it is taken for a weekly.
        """
        if self.cadence is None:
            return every is Every.WEEK
        rare = (Every.MONTH,) if every is Every.MONTH else (Every.WEEK, Every.TWO_WEEKS, Every.MONTH)
        return self.cadence.every in rare and len(self.cadence.on) * len(self.cadence.at) <= 1

    @property
    def list_id(self) -> str:
        """The stable identity of the list (RFC 2919): the slug as a label under the sender's domain."""
        return f"{self.slug}.{self.sender.rpartition('@')[2]}"
