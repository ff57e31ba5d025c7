"""What providers write beside their codes, where the code alone does not say what they mean.

Reviewed by hand, from what providers say in public about their replies. Each phrase is lower case, matched as whole
words in a reply from which addresses were taken out. Take one in only if it cannot mean anything milder: a phrase among
``ADDRESS`` costs a reader the newsletter.
"""

from collections.abc import Mapping

#: From the provider or language that writes it, `""` where many do, to its phrases.
Phrases = Mapping[str, tuple[str, ...]]

#: Our fault: policy, reputation, block lists, authentication, content, size.
SENDER: Phrases = {
    "": (
        "spam", "spamhaus", "unsolicited", "policy", "reputation", "blacklist", "blacklisted", "black listed",
        "blocklist", "blocklisted", "block list", "blocked using", "listed at", "listed by", "rbl", "dnsbl",
        "dmarc", "spf", "dkim", "unauthenticated", "not authenticated", "authentication required",
        "relay access denied", "relaying denied", "relay not permitted", "unable to relay", "rcpthosts",
        "sender rejected", "sender denied", "sender address rejected", "sender verify failed",
        "sender domain", "domain of sender", "client host rejected", "client host blocked", "reverse dns", "ptr record", "dns ptr",
        "virus", "malware", "phishing", "content rejected", "message too large", "message size", "size limit",
    ),
    "microsoft": ("banned sending ip", "s3140", "s3150", "access denied, bad outbound sender"),
    "yahoo": ("bl21", "bl23", "ph01"),
    "gmx": ("rfc restrictions",),
    "orange": ("ofr_506", "mail rejete", "mail rejected"),
}  # fmt: skip

#: Not before the same host has waited a while (RFC 6647).
GREYLIST: Phrases = {
    "": ("greylist", "greylisted", "greylisting", "grey listed", "graylist", "graylisted", "graylisting", "gray listed"),
    "postfix": ("postgrey",),
}  # fmt: skip

#: Load and pace: it would have gone through at another moment.
TRANSIENT: Phrases = {
    "": (
        "too many connections", "too many concurrent", "too many messages", "too many recipients", "too many sessions",
        "rate limit", "rate limited", "rate limits", "rate-limited", "throttled", "throttling", "slow down", "too fast",
        "too quickly", "try again later", "try later", "retry later", "temporarily", "temporary", "server busy",
        "too busy", "load too high", "insufficient system storage", "insufficient resources", "timed out",
    ),
    "orange": ("veuillez essayer plus tard",),
}  # fmt: skip

#: The mailbox is there and takes nothing: full, unused, shut.
MAILBOX: Phrases = {
    "": (
        "mailbox full", "mailbox is full", "inbox is full", "inbox full", "account is full", "over quota", "overquota",
        "quota exceeded", "exceeded quota", "exceeded its quota", "quota is full", "exceeded storage", "out of storage",
        "exceeds allowed quota", "mailbox disabled", "mailbox is disabled", "account disabled", "account is disabled",
        "user disabled", "user is disabled", "mailbox inactive", "mailbox is inactive", "account inactive",
        "account is inactive", "account has been inactive", "account suspended", "user suspended", "is suspended",
        "account is locked", "account locked", "mailbox is locked", "mailbox is frozen", "deactivated",
        "not accepting mail", "not accepting messages", "mailbox closed for receiving",
    ),
    # Their directory knows no such person, or does not know yet: too uncertain to suppress anybody at once.
    "microsoft": ("recipient address rejected: access denied",),
    "orange": ("boite du destinataire pleine", "ofr_417"),
    "german": ("postfach voll", "postfach ist voll", "postfach deaktiviert"),
    "french": ("boîte pleine", "boite pleine"),
    "spanish": ("buzón lleno",),
    "italian": ("casella piena",),
    "russian": ("ящик переполнен",),
}  # fmt: skip

#: There is no such person or domain.
ADDRESS: Phrases = {
    "": (
        "user unknown", "unknown user", "unknown recipient", "recipient unknown", "unknown local part", "no such user",
        "no such recipient", "no such mailbox", "no such address", "no such account", "no such person",
        "user not found", "recipient not found", "mailbox not found", "account not found", "user does not exist",
        "recipient does not exist", "mailbox does not exist", "address does not exist", "account does not exist",
        "user doesn't exist", "recipient doesn't exist", "mailbox doesn't exist", "invalid recipient",
        "invalid mailbox", "not a valid recipient", "not a valid mailbox", "unrouteable address", "host not found",
        "domain not found", "domain does not exist", "nxdomain", "null mx",
    ),
    "google": ("account that you tried to reach does not exist", "p=nosuchuser"),
    "microsoft": ("s2017062302",),
    "yahoo": ("user doesn't have a",),
    "qmail": ("no mailbox here by that name",),
    "orange": ("destinataire invalide", "ofr_416"),
    "german": ("empfänger unbekannt", "unbekannter empfänger", "empfänger existiert nicht"),
    "french": ("utilisateur inconnu", "destinataire inconnu"),
    "spanish": ("usuario desconocido",),
    "italian": ("utente sconosciuto",),
    "russian": ("пользователь не найден",),
}  # fmt: skip
