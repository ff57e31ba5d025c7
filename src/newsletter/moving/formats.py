"""The lists of other products, by their headings. A table: what a column is, and what a status means.

Read in 2026-11 from the products' sources, their fixtures or their documentation.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from newsletter.moving.newcomer import Reason, Standing

#: What a column can be. ``attribute`` keeps it under its heading; ``nothing`` drops it; ``lost:…`` says what is lost.
FIELDS = (
    "email", "name", "first_name", "last_name", "created_at", "left_at", "why", "asked_at", "asked_from", "confirmed_at",
    "confirmed_from", "source", "language", "timezone", "tags", "json", "status", "opted_out", "receives", "weekly", "html",
    "confirmed", "blocked", "deleted", "unsubscribed_at", "skips", "often", "topics", "hour",
    "format", "paused_until", "came_from", "consents", "attribute", "nothing",
)  # fmt: skip

Headings = frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One product's list, of one generation. ``is_this`` looks at the headings, in small letters.

    ``columns`` says what each is; a column that is not named is an attribute, or lost if it begins or ends like one of
    ``lost``. ``standing`` is that of everybody in the file, where the file is about that alone.
    """

    product: str
    generation: str
    is_this: Callable[[Headings], bool]
    columns: Mapping[str, str]
    lost: Mapping[str, str] = field(default_factory=dict)
    standing: tuple[Standing, Reason | None] | None = None

    def mapping(self, headings: tuple[str, ...]) -> dict[str, str]:
        """What each of these headings is."""
        return {heading: self._field(heading.strip().casefold()) for heading in headings}

    def _field(self, heading: str) -> str:
        if heading in self.columns:
            return self.columns[heading]
        lost = next((what for end, what in self.lost.items() if heading.startswith(end) or heading.endswith(end)), None)
        return f"lost:{lost}" if lost else "attribute"


def _has(*needed: str) -> Callable[[Headings], bool]:
    return lambda headings: set(needed) <= headings


_MAILCHIMP = {
    "email address": "email", "first name": "first_name", "last name": "last_name", "member_rating": "lost:ratings",
    "optin_time": "asked_at", "optin_ip": "asked_from", "confirm_time": "confirmed_at", "confirm_ip": "confirmed_from",
    "latitude": "lost:coordinates", "longitude": "lost:coordinates", "gmtoff": "nothing", "dstoff": "nothing",
    "timezone": "timezone", "last_changed": "nothing", "leid": "nothing", "euid": "nothing", "tags": "tags",
    "unsub_time": "left_at", "clean_time": "left_at", "unsub_reason": "why", "unsub_reason_other": "nothing",
}  # fmt: skip
_MAILCHIMP_LOST = {"unsub_campaign": "campaigns", "clean_campaign": "campaigns"}
_MONEY = "payments"
_SUBSTACK = {
    "email": "email", "name": "name", "active_subscription": f"lost:{_MONEY}", "expiry": f"lost:{_MONEY}", "plan": f"lost:{_MONEY}",
    "first_payment_at": f"lost:{_MONEY}", "email_disabled": "opted_out", "prefer_digests": "weekly", "created_at": "created_at",
    "stripe_connected_customer_id": f"lost:{_MONEY}", "type": f"lost:{_MONEY}",
}  # fmt: skip
_SUBSTACK_2026 = {
    "email": "email", "name": "name", "stripe plan": f"lost:{_MONEY}", "cancel date": f"lost:{_MONEY}", "start date": "created_at",
    "paid upgrade date": f"lost:{_MONEY}", "activity": "lost:engagement", "type": f"lost:{_MONEY}",
    "subscription source (free)": "source",
}  # fmt: skip
_TINY = {"email": "email", "status": "status", "tags": "tags", "name": "first_name", "surname": "last_name"}

#: The columns of our own lists, which say everything that there is.
OWN = {
    "email": "email", "name": "name", "state": "status", "skips": "skips", "frequency": "often", "topics": "topics", "hour": "hour",
    "timezone": "timezone", "language": "language", "format": "format", "paused_until": "paused_until", "since": "created_at",
    "source": "came_from", "left_at": "left_at", "left_reason": "why", "attributes": "json", "consents": "consents",
}  # fmt: skip

#: The first that fits counts.
FORMATS = (
    Format(
        product="mailchimp", generation="cleaned", is_this=_has("euid", "leid", "clean_time"), columns=_MAILCHIMP,
        lost=_MAILCHIMP_LOST, standing=(Standing.SUPPRESSED, Reason.BOUNCE),
    ),
    Format(
        product="mailchimp", generation="unsubscribed", is_this=_has("euid", "leid", "unsub_time"), columns=_MAILCHIMP,
        lost=_MAILCHIMP_LOST, standing=(Standing.UNSUBSCRIBED, None),
    ),
    Format(
        product="mailchimp", generation="subscribed", is_this=_has("euid", "leid"), columns=_MAILCHIMP, lost=_MAILCHIMP_LOST,
        standing=(Standing.ACTIVE, None),
    ),
    Format(
        product="substack", generation="2026", is_this=_has("stripe plan", "cancel date", "activity"), columns=_SUBSTACK_2026,
        lost={"revenue": _MONEY, "emails ": "engagement", "opened": "engagement"}, standing=(Standing.ACTIVE, None),
    ),
    Format(
        product="substack", generation="paid", is_this=_has("stripe_connected_customer_id", "prefer_digests"), columns=_SUBSTACK,
    ),
    Format(
        product="substack", generation="old", is_this=_has("email_disabled", "active_subscription", "prefer_digests"), columns=_SUBSTACK,
    ),
    Format(
        product="substack", generation="newer", is_this=_has("email_disabled", "active_subscription", "plan"), columns=_SUBSTACK,
    ),
    Format(
        product="ghost", generation="any", is_this=_has("subscribed_to_emails", "labels"),
        columns={
            "id": "nothing", "email": "email", "name": "name", "note": "attribute", "subscribed_to_emails": "receives",
            "complimentary_plan": f"lost:{_MONEY}", "stripe_customer_id": f"lost:{_MONEY}", "created_at": "created_at",
            "deleted_at": "deleted", "labels": "tags", "tiers": "lost:tiers", "products": "lost:tiers", "gift_id": f"lost:{_MONEY}",
            "import_tier": "lost:tiers", "error": "nothing",
        },
    ),
    Format(
        product="listmonk", generation="export", is_this=_has("uuid", "attributes", "status", "updated_at"),
        columns={
            "uuid": "nothing", "email": "email", "name": "name", "attributes": "json", "status": "status",
            "created_at": "created_at", "updated_at": "nothing",
        },
    ),
    Format(
        product="keila", generation="export", is_this=_has("external id", "data"),
        columns={
            "email": "email", "first name": "first_name", "last name": "last_name", "data": "json", "status": "status",
            "external id": "attribute",
        },
    ),
    Format(
        product="mailtrain", generation="v2", is_this=_has("hash_email", "cid"),
        columns={"cid": "nothing", "hash_email": "nothing", "email": "email", "status": "status", "first_name": "first_name", "last_name": "last_name"},
    ),
    Format(
        product="sendportal", generation="export", is_this=_has("hash", "first_name", "last_name", "created_at"),
        columns={
            "id": "nothing", "hash": "nothing", "email": "email", "first_name": "first_name", "last_name": "last_name",
            "created_at": "created_at",
        }, standing=(Standing.ACTIVE, None),
    ),
    Format(
        product="beehiiv", generation="export", is_this=_has("tier", "unsubscribed_at", "stripe_customer_id"),
        columns={
            "email": "email", "first name": "first_name", "last name": "last_name", "status": "status", "tier": "lost:tiers",
            "created_at": "created_at", "stripe_customer_id": f"lost:{_MONEY}", "unsubscribed_at": "unsubscribed_at",
        }, lost={" tier": "tiers"},
    ),
    Format(
        product="curated", generation="export", is_this=_has("utm last path"),
        columns={"email address": "email", "subscribed at": "created_at", "utm referrer": "source"}, standing=(Standing.ACTIVE, None),
    ),
    Format(
        product="tinynews", generation="1", is_this=_has("engagement optin"),
        columns={
            **_TINY, "channel id": "nothing", "tier": "lost:tiers", "tier title": "lost:tiers", "created at": "created_at",
            "deleted at": "deleted", "engagement optin": "lost:engagement", "id": "nothing", "updated at": "nothing",
            "user id": "nothing",
        },
    ),
    Format(
        product="tinynews", generation="2", is_this=_has("date added", "opens"),
        columns={
            "email": "email", "first name": "first_name", "last name": "last_name", "date added": "created_at",
            "last modified": "nothing", "status": "status", "clicks": "lost:engagement", "opens": "lost:engagement",
        },
    ),
    Format(
        product="buttondown", generation="tolerant",
        is_this=lambda headings: bool({"subscriber_type", "type"} & headings) and "utm_campaign" in headings,
        columns={
            "email": "email", "email_address": "email", "creation_date": "created_at", "id": "nothing", "secondary_id": "nothing",
            "metadata": "json", "source": "source", "subscriber_type": "status", "type": "status", "tags": "tags",
            "unsubscription_date": "left_at", "unsubscription_reason": "why", "ip_address": "asked_from",
        },
    ),
    Format(
        product="phplist", generation="export", is_this=lambda headings: "email" in headings and bool({"htmlemail", "blacklisted"} & headings),
        columns={
            "email": "email", "id": "nothing", "uniqid": "nothing", "uuid": "nothing", "password": "nothing", "entered": "created_at",
            "modified": "nothing", "confirmed": "confirmed", "blacklisted": "blocked", "htmlemail": "html", "subscribepage": "nothing",
            "bouncecount": "lost:engagement", "disabled": "nothing", "optedin": "nothing", "rssfrequency": "nothing", "foreignkey": "attribute",
        },
    ),
    Format(
        product="newsletter", generation="csv",
        is_this=lambda headings: "email" in headings and bool({"state", "skips"} & headings) and headings <= set(OWN),
        columns=OWN,
    ),
)  # fmt: skip

_WORDS = {
    "email": ("email", "e-mail", "email address", "e-mail address", "emailaddress", "mail", "courriel", "adresse e-mail", "e-mail-adresse", "correo", "correo electrónico", "электронная почта", "e-mail address 1", "email 1", "email_address"),
    "name": ("name", "full name", "fullname", "full_name", "nom complet", "nombre completo", "имя", "display name"),
    "first_name": ("first name", "firstname", "first_name", "vorname", "prénom", "prenom", "nombre", "given name", "fname"),
    "last_name": ("last name", "lastname", "last_name", "surname", "nachname", "nom", "nom de famille", "apellido", "apellidos", "family name", "lname"),
    "status": ("status", "state", "subscription status", "estado", "statut"),
    "created_at": ("created_at", "created at", "created", "subscribed_at", "subscribed at", "date added", "signup date", "sign-up date", "joined", "subscribe date"),
    "left_at": ("unsubscribed_at", "unsubscribed at", "unsubscribe date"),
    "tags": ("tags", "labels", "groups", "lists", "segments"),
    "language": ("language", "locale", "lang", "sprache", "langue", "idioma"),
    "timezone": ("timezone", "time zone", "time_zone"),
    "asked_from": ("ip", "ip address", "ip_address", "signup ip", "optin_ip"),
    "asked_at": ("optin_time", "opt-in time", "opt-in date", "consent date"),
    "confirmed_at": ("confirm_time", "confirmed_at", "confirmed at"),
    "source": ("source", "referrer", "signup source"),
    "json": ("attributes", "custom fields", "metadata"),
    "nothing": ("id", "uuid", "hash", "updated_at", "updated at"),
}  # fmt: skip
#: Any CSV with a heading that people understand.
GENERIC = Format(
    product="csv", generation="any", is_this=lambda _: True,
    columns={word: what for what, words in _WORDS.items() for word in words},
)  # fmt: skip


def detect(headings: tuple[str, ...]) -> Format | None:
    """The format with these headings; ``None`` if they are none."""
    known = frozenset(heading.strip().casefold() for heading in headings)
    found = next((one for one in FORMATS if one.is_this(known)), None)
    if found is None and any("email" in word or "e-mail" in word or word in _WORDS["email"] for word in known):
        return GENERIC
    return found
