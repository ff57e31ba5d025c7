"""How many different mails an issue is made in is bounded: the rarest choices get the nearest mail that has all they want."""

from collections import Counter
from collections.abc import Mapping

from newsletter.model.variant import Variant

#: So many mails an issue is made in at most, beside those for readers who had an item of it elsewhere.
MOST = 200
_WHOLE = Variant()


def bounded(wanted: Mapping[str, Variant], readers: Mapping[str, int], most: int = MOST) -> dict[str, Variant]:
    """The variant for each of the choices in ``wanted``, ``most`` different ones; ``readers`` says how many chose what.

    What most readers want is kept. Nobody loses anything by it: whoever chose something rare gets a mail with all of that,
    and with as little more as there is, at worst the whole issue.
    """
    counted: Counter[Variant] = Counter()
    for text, variant in wanted.items():
        counted[variant] += readers[text]
    if len(counted) <= most:
        return dict(wanted)
    usual = sorted((one for one in counted if one != _WHOLE), key=lambda one: (-counted[one], str(one)))
    kept = {_WHOLE, *usual[: most - 1]}
    return {text: variant if variant in kept else _nearest(variant, kept) for text, variant in wanted.items()}


def _nearest(variant: Variant, kept: set[Variant]) -> Variant:
    holding = (one for one in kept if one.skips <= variant.skips and one.had <= variant.had)
    return max(holding, key=lambda one: (len(one.skips) + len(one.had), str(one)))
