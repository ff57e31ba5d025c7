"""Advice on SPF (RFC 7208): which servers may send with this domain in the envelope."""

from collections.abc import Iterator, Sequence
from ipaddress import ip_address

from newsletter.probe.doctor.advice import Advice, Level
from newsletter.probe.doctor.spf_result import SpfResult, spf_result
from newsletter.probe.doctor.spf_tree import MOST_LOOKUPS, MOST_MX, MOST_VOID, Policy, SpfTree

SUBJECT = "spf"


def spf_advice(tree: SpfTree, relay_addresses: Sequence[str] = ()) -> tuple[Advice, ...]:
    """What to change in the record, and whether mail from ``relay_addresses`` would pass where these are public."""
    policy = tree.policy
    if policy.record is None:
        return (_absent(policy),)
    found = (*_syntax(policy), *_limits(tree), *_ending(policy), *_ptr(policy), *_relay(policy, relay_addresses))
    if any(advice.level in ("error", "warning") for advice in found):
        return found
    sentence = f"{policy.domain} has one record, which takes {tree.lookups} of {MOST_LOOKUPS} look-ups."
    return (_advice("ok", sentence), *found)


def _absent(policy: Policy) -> Advice:
    if policy.records > 1:
        return _advice(
            "error",
            f"{policy.domain} has {policy.records} SPF records; receivers then take none.",
            "Join them to one: all mechanisms after a single v=spf1, with one ~all or -all at the end.",
        )
    return _advice(
        "error",
        f"{policy.domain} has no SPF record, so any server may claim to send for it.",
        f'Publish a TXT record at {policy.domain}: "v=spf1 include:NAME-THAT-YOUR-RELAY-GIVES -all", '
        'or with the addresses of your own server "v=spf1 ip4:ADDRESS -all".',
    )


def _syntax(policy: Policy) -> Iterator[Advice]:
    for one in _policies(policy):
        if one.record is None and one is not policy:
            what = "no SPF record" if not one.records else f"{one.records} SPF records"
            yield _advice(
                "error",
                f"The record includes {one.domain}, which has {what}; receivers then drop the whole record.",
                f"Take {one.domain} out, or ask whoever runs it for the right name.",
            )
        if one.record and one.record.faults:
            yield _advice(
                "error",
                f"The record of {one.domain} is not understood at {_quoted(one.record.faults)}; receivers drop it whole.",
                "Correct it; a mechanism is written as ip4:192.0.2.1, ip6:2001:db8::1, a, mx, or include:example.org.",
            )
        if one.record and one.record.unread:
            yield _advice(
                "warning",
                f"No receiver reads {_quoted(one.record.unread)} in the record of {one.domain}.",
                "Put it before all and write it with a colon, or take it out.",
            )


def _limits(tree: SpfTree) -> Iterator[Advice]:
    if tree.loops:
        yield _advice(
            "error",
            f"The record leads back to itself at {_quoted(tree.loops)}; receivers drop it.",
            "Take out the include or redirect that closes the circle.",
        )
    elif tree.lookups > MOST_LOOKUPS:
        count = f"{tree.lookups}" if tree.whole else f"at least {tree.lookups}"
        yield _advice(
            "error",
            f"The record takes {count} look-ups; receivers give up after {MOST_LOOKUPS}, and SPF fails.",
            "Take out the includes of services that no longer send for you, or put addresses (ip4:, ip6:) in their place.",
        )
    if len(tree.void) > MOST_VOID:
        yield _advice(
            "error",
            f"The record asks for {len(tree.void)} names that are not there ({_quoted(tree.void)}); "
            f"receivers may give up after {MOST_VOID}.",
            "Take those names out.",
        )
    elif tree.void:
        yield _advice("warning", f"The record asks for {_quoted(tree.void)}, which is not there.", "Take it out.")
    if tree.crowded:
        yield _advice(
            "error",
            f"{_quoted(tree.crowded)} has more than {MOST_MX} mail hosts, too many for the mechanism mx.",
            "Put addresses (ip4:, ip6:) in its place.",
        )


def _ending(policy: Policy) -> Iterator[Advice]:
    """What becomes of all other servers: said by ``all``, maybe of a record that this one redirects to."""
    last = policy
    while last.redirected:
        last = last.redirected
    if last.record is None or "%" in last.record.redirect or last.record.faults:
        return
    mechanisms = last.record.mechanisms
    qualifier = mechanisms[-1].qualifier if mechanisms and mechanisms[-1].kind == "all" else ""
    if qualifier == "+":
        yield _advice("error", "The record ends with +all: every server in the world may send.", "Write -all instead.")
    elif qualifier == "?":
        yield _advice(
            "warning", "The record ends with ?all, which says nothing of other servers.", "Write -all or ~all."
        )
    elif not qualifier and not last.record.redirect:
        yield _advice("warning", "The record has no all at its end, which means ?all.", "Add -all or ~all.")


def _ptr(policy: Policy) -> Iterator[Advice]:
    for one in _policies(policy):
        if one.record and any(mechanism.kind == "ptr" for mechanism in one.record.mechanisms):
            yield _advice(
                "warning",
                f"The record of {one.domain} uses ptr, which is slow and which some receivers skip (RFC 7208, 5.5).",
                "Put a, mx, ip4: or ip6: in its place.",
            )


def _relay(policy: Policy, addresses: Sequence[str]) -> Iterator[Advice]:
    public = [address for address in addresses if ip_address(address).is_global]
    if addresses and not public:
        yield _advice(
            "note", "The relay stands inside your network, so its public address is not known and was not judged."
        )
    for address in public:
        result = spf_result(policy, address)
        if result is SpfResult.PASS:
            yield _advice("ok", f"Mail from the relay's address {address} passes.")
        elif result is SpfResult.UNJUDGED:
            yield _advice(
                "note",
                f"Whether mail from the relay's address {address} passes hangs on macros, exists or ptr; not judged.",
            )
        elif result is not SpfResult.PERMERROR:  # which is told above
            kind = "ip6" if ":" in address else "ip4"
            yield _advice(
                "warning",
                f"Mail from the relay's address {address} does not pass (SPF says {result}).",
                f"If the relay hands on from there, add {kind}:{address} before all; a provider often hands on from "
                "others and names an include for them.",
            )


def _policies(policy: Policy) -> Iterator[Policy]:
    """The policy and all that it leads to."""
    yield policy
    for step in policy.steps:
        if step.policy:
            yield from _policies(step.policy)
    if policy.redirected:
        yield from _policies(policy.redirected)


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in dict.fromkeys(names))


def _advice(level: Level, sentence: str, remedy: str = "") -> Advice:
    return Advice(level=level, subject=SUBJECT, sentence=sentence, remedy=remedy)
