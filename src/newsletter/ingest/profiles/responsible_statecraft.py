"""Responsible Statecraft, responsiblestatecraft.org, as its pages read with the markup gone."""

import re

from newsletter.ingest.profile import Profile

_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?|Aug(?:ust|\.)?"
    r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_SOCIAL = "Follow us on social"

PROFILE = Profile(
    name="responsible_statecraft",
    outlet="Responsible Statecraft",
    recognised_by=(
        (re.compile(r"Q[iI]OSK|.{2,30} \| QiOSK"),),
        (re.compile(r"Subscribe now to our weekly round-up\b.*\bRS contributors\b.*"),),
        (re.compile(_SOCIAL), re.compile(r"(?:Reporting|Analysis|Latest|Video) \| .{2,40}")),
    ),
    furniture=frozenset({_SOCIAL, "google cta"}),
    byline=re.compile(r"(?P<kind>[^|]{2,30}?) \| (?P<section>[^|]{2,60})"),
    sections=frozenset(
        {
            "QiOSK",
            "Africa",
            "Asia-Pacific",
            "Europe",
            "Global Crises",
            "Latin America",
            "Media",
            "Middle East",
            "Military Industrial Complex",
            "North America",
            "Washington Politics",
        }
    ),
    series=frozenset({"Diplomacy Watch"}),
    other_news=re.compile(r"(?:In )?[Oo]ther (?:\S+ ){0,6}[Nn]ews(?: [Tt]his [Ww]eek)?:?"),
    briefing=re.compile(
        rf"From (?:the )?(?P<source>.{{3,60}}? Briefing),? on (?P<date>{_MONTH} \d{{1,2}}(?:, \d{{4}})?):?"
    ),
    bullet_mark=re.compile(r"[—–]\s*"),
    image_credit=re.compile(r"top (?:photo|image)s?:? credit:?.*", re.IGNORECASE),
    card_end=re.compile(r"keep reading\s*Show less"),
    closing=frozenset({"LATEST", "QIOSK", "Newsletter"}),
    blurb=re.compile(r"Subscribe now to our weekly round-up\b.*"),
)
