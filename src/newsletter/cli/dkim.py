"""``newsletter dkim``: the keys that mails are signed with, and their records in DNS."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from newsletter.cli.output import AsJson, say, say_json
from newsletter.cli.session import open_app
from newsletter.errors import DkimKeyError, DnsError, NotFoundError

if TYPE_CHECKING:
    from newsletter.deliver.dkim import Key
    from newsletter.deliver.dkim_keys import KeyFolder
    from newsletter.probe.dns import Resolver
    from newsletter.probe.notice import Notice

app = typer.Typer(help="Keys that mails are signed with (DKIM), and their records in DNS.", no_args_is_help=True)

#: How long the record of a key that signs no more is needed: mail is tried for five days at most (RFC 5321, 4.5.4.1),
#: and some programs verify it when it is read.
KEEP_RECORD = timedelta(days=7)

Domain = Annotated[str, typer.Argument(metavar="DOMAIN", help="What stands after the @ of the newsletter's sender.")]
Selector = Annotated[str, typer.Option("--selector", help="The name of the RSA key; r1, r2, … if not given.")]
Ed25519Selector = Annotated[
    str, typer.Option("--ed25519-selector", help="The name of the Ed25519 key; e1, e2, … if not given.")
]
Nameserver = Annotated[
    str,
    typer.Option(
        "--nameserver",
        metavar="ADDRESS[:PORT]",
        help="The DNS server to ask, say your domain's own, which knows a new record first; this machine's if not given.",
    ),
]


@app.command()
def create(
    context: typer.Context,
    domain: Domain,
    selector: Selector = "",
    ed25519_selector: Ed25519Selector = "",
    as_json: AsJson = False,
) -> None:
    """Make the first pair of keys for a domain, and print what to publish in DNS."""
    folder = _folder(context, domain)
    if folder.selectors():
        raise DkimKeyError(
            f"{folder.domain} has keys already: newsletter dkim show {folder.domain}. "
            f"To replace them: newsletter dkim rotate {folder.domain}"
        )
    free = folder.free_selectors()
    pair = folder.make(selector or free[0], ed25519_selector or free[1])
    if as_json:
        say_json(_view(folder))
        return
    say(
        f"The keys are in {folder.folder}; nobody but you can read them. Mail from {folder.domain} is signed from now on."
    )
    _say_records(pair)
    say(f"Next: publish both records before you send, then: newsletter dkim check {folder.domain}")


@app.command()
def show(context: typer.Context, domain: Domain, as_json: AsJson = False) -> None:
    """Show a domain's keys and their records. Nothing private is shown."""
    from newsletter.deliver.dkim_keys import State

    folder = _folder(context, domain)
    _require_keys(folder)
    if as_json:
        say_json(_view(folder))
        return
    for key in folder.load():
        say(f"{_title(key)}: signs")
    for key in folder.load(State.NEXT):
        say(f"{_title(key)}: waits to be published; newsletter dkim rotate {folder.domain} goes on")
    for key in folder.load(State.OLD):
        say(f"{_title(key)}: signs no more; its record and file can go from {_record_needed_until(folder, key)} on")
    _say_records((*folder.load(), *folder.load(State.NEXT)))


@app.command()
def check(context: typer.Context, domain: Domain, nameserver: Nameserver = "", as_json: AsJson = False) -> None:
    """Ask DNS whether the keys are published as they should be. Exit code 1 if one that signs is not."""
    from newsletter.deliver.dkim_keys import State

    folder = _folder(context, domain)
    _require_keys(folder)
    resolver = _resolver(nameserver)
    found = {
        key.selector: _notices(resolver, key) for state in (State.SIGNING, State.NEXT) for key in folder.load(state)
    }
    if as_json:
        say_json(
            [one | {"findings": _findings(found[one["selector"]])} for one in _view(folder) if one["selector"] in found]
        )
    else:
        for key in folder.load():
            _say_found(key, found[key.selector])
        for key in folder.load(State.NEXT):
            _say_found(key, found[key.selector], "waits and ")
    wrong = [key.selector for key in folder.load() if _has_error(found[key.selector])]
    if wrong:
        raise DkimKeyError(
            f"{' and '.join(wrong)}: mails of {folder.domain} carry a signature that receivers cannot verify. "
            f"What to publish is shown by: newsletter dkim show {folder.domain}"
        )


@app.command()
def rotate(
    context: typer.Context,
    domain: Domain,
    selector: Selector = "",
    ed25519_selector: Ed25519Selector = "",
    nameserver: Nameserver = "",
    as_json: AsJson = False,
) -> None:
    """Replace a domain's keys in two calls: the first makes a new pair, the second, once it is published, signs with it.

    The old pair signs until then. Its records stay in DNS for a week more, so that yesterday's mail still verifies.
    """
    from newsletter.deliver.dkim_keys import State

    folder = _folder(context, domain)
    _require_keys(folder)
    if waiting := folder.load(State.NEXT):
        if selector or ed25519_selector:
            names = " and ".join(key.selector for key in waiting)
            raise DkimKeyError(f"A new pair waits already: {names}. Call the command again without names.")
        told = _switch(folder, waiting, _resolver(nameserver))
    else:
        free = folder.free_selectors()
        made = folder.make(selector or free[0], ed25519_selector or free[1], State.NEXT)
        if not as_json:
            say("The new pair is made; the old one goes on signing until the new one is published.")
            _say_records(made)
        told = f"Next: publish both records beside the old ones, then again: newsletter dkim rotate {folder.domain}"
    if as_json:
        say_json(_view(folder))
    else:
        say(told)


def _switch(folder: "KeyFolder", waiting: Sequence["Key"], resolver: "Resolver") -> str:
    """Let the waiting keys sign if DNS has them; what to do next, in words."""
    for key in waiting:
        for notice in _notices(resolver, key):
            if notice.level == "error":
                raise DkimKeyError(f"The old keys go on signing. {notice.sentence} {notice.remedy}")
    names = " and ".join(key.selector for key in waiting)
    retired = folder.promote(datetime.now(UTC))
    if not retired:
        return f"{names}: sign from now on."
    old, until = " and ".join(key.selector for key in retired), _record_needed_until(folder, retired[0])
    return (
        f"{names}: sign from now on; a sender that is running takes them when it is started again.\n"
        f"{old}: sign no more. Leave their records in DNS until {until}, for mail that is under way; "
        f"then remove the records and the files that end in .old from {folder.folder}"
    )


def _folder(context: typer.Context, domain: str) -> "KeyFolder":
    from newsletter.deliver.dkim_keys import KeyFolder

    settings = open_app(context).settings
    return KeyFolder.of(settings.path(settings.dkim.keys), domain)


def _require_keys(folder: "KeyFolder") -> None:
    if not folder.selectors():
        raise NotFoundError(
            f"There are no keys for {folder.domain}, and its mail is not signed here. "
            f"To make them: newsletter dkim create {folder.domain}"
        )


def _resolver(nameserver: str) -> "Resolver":
    """Ask the server ``ADDRESS[:PORT]`` (an IPv6 address in brackets), or this machine's if it is empty."""
    from newsletter.probe.dns import Resolver

    if not nameserver:
        return Resolver()
    try:
        split = urlsplit(f"//{nameserver}")
        return Resolver(nameservers=(split.hostname or "",), port=split.port or 53)
    except ValueError:
        raise DnsError(
            "That is no address of a DNS server. Write it as 192.0.2.53, 192.0.2.53:53 or [2001:db8::53]:53."
        ) from None


def _notices(resolver: "Resolver", key: "Key") -> list["Notice"]:
    from newsletter.deliver.dkim_keys import dns_record
    from newsletter.probe.dkim_record import dkim_notices

    record = dns_record(key)
    return dkim_notices(resolver, record.name, record.value)


def _has_error(notices: Iterable["Notice"]) -> bool:
    return any(notice.level == "error" for notice in notices)


def _say_found(key: "Key", notices: Sequence["Notice"], before: str = "") -> None:
    if not notices:
        say(f"{_title(key)}: {before}is published as it should be.")
    for notice in notices:
        say(f"{_title(key)}: {before}{notice.level}: {notice.sentence}")
        say(f"    {notice.remedy}")


def _say_records(keys: Iterable["Key"]) -> None:
    """Print the records of ``keys`` for both kinds of reader: a zone file, and a form with two fields."""
    from newsletter.deliver.dkim_keys import dns_record

    records = [dns_record(key) for key in keys]
    say("\nFor a zone file:\n")
    for record in records:
        strings = " ".join(f'"{string}"' for string in record.strings)
        say(f"{record.name}. 3600 IN TXT ( {strings} )")
    say("\nFor a form, each of the type TXT:\n")
    for record in records:
        say(f"Name:  {record.name}\nValue: {record.value}\n")


def _title(key: "Key") -> str:
    return f"{key.selector} ({key.algorithm})"


def _record_needed_until(folder: "KeyFolder", key: "Key") -> str:
    return f"{folder.retired_at(key) + KEEP_RECORD:%Y-%m-%d}"


def _view(folder: "KeyFolder") -> list[dict[str, Any]]:
    """The JSON of a domain's keys, nothing private among it."""
    from newsletter.deliver.dkim_keys import State, dns_record

    seen = []
    for state in State:
        for key in folder.load(state):
            own: dict[str, Any] = {"selector": key.selector, "algorithm": key.algorithm, "state": state.name.lower()}
            until = _record_needed_until(folder, key) if state is State.OLD else None
            seen.append(own | dns_record(key)._asdict() | {"record_needed_until": until})
    return seen


def _findings(notices: Iterable["Notice"]) -> list[dict[str, str]]:
    return [{"code": one.code, "level": one.level, "sentence": one.sentence, "remedy": one.remedy} for one in notices]
