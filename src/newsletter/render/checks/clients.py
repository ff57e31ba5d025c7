"""Whether the mail programs can show what a mail uses; decided from stored facts, without a network."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from newsletter.render.checks.features import used
from newsletter.render.checks.finding import Finding, error
from newsletter.render.checks.support import Verdict, facts

#: Features that a mail may stand on although a program lacks them, each with the reason why no reader loses by it.
ALLOWED: Mapping[str, str] = MappingProxyType(
    {
        "css-height": "A picture has its height attribute too, and an empty cell its line height.",
        "css-min-width": "Lets columns stack on phones; Outlook for Windows has a table with widths instead.",
        "html-aria-label": "Names the mail to screen readers, which else read its title.",
        "html-body": "Programs that replace it lose its background, which stands on the wrapper too.",
    }
)
_REMEDY = (
    "Take it out of the template (templates/email), or move it to keep.css, where a program without it does no harm."
)


class Gap(NamedTuple):
    """A feature, and the names of the mail programs in which it does not work, or works in part."""

    slug: str
    title: str
    clients: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """What a mail uses that not every program shows, by slug.

    ``load_bearing`` is unsupported and the mail stands on it; ``enhancement`` is unsupported and may be lost without
    harm; ``partial`` is load-bearing and works in part. What nobody has tested is in none of them.
    """

    load_bearing: tuple[Gap, ...]
    enhancement: tuple[Gap, ...]
    partial: tuple[Gap, ...]

    @property
    def pairs(self) -> int:
        """How often a program meets a load-bearing feature that it does not show."""
        return sum(len(gap.clients) for gap in self.load_bearing)


def support_of(html: str) -> Support:
    """What of a compiled mail which programs do not show; ``html`` is the whole page."""
    features = used(html)
    return Support(
        load_bearing=_gaps(features.load_bearing, Verdict.NO),
        enhancement=_gaps(features.enhancement, Verdict.NO),
        partial=_gaps(features.load_bearing, Verdict.PARTLY),
    )


def unsupported(html: str) -> Iterator[Finding]:
    """An error for each feature that the mail stands on, that a program lacks, and that ``ALLOWED`` does not excuse."""
    for gap in support_of(html).load_bearing:
        if gap.slug not in ALLOWED:
            yield error(
                "client-support",
                f"The mail uses “{gap.title}”, which does not work in {_listed(gap.clients)}.",
                _REMEDY,
            )


def _gaps(slugs: Iterable[str], verdict: Verdict) -> tuple[Gap, ...]:
    found = ((slug, facts().names(slug, verdict)) for slug in sorted(slugs))
    return tuple(Gap(slug, facts().title(slug), clients) for slug, clients in found if clients)


def _listed(names: tuple[str, ...]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
