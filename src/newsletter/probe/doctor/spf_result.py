"""What an SPF policy says of one address (RFC 7208, 4.6 and 5)."""

from enum import StrEnum
from ipaddress import ip_address

from newsletter.probe.doctor.spf_tree import Policy, Step


class SpfResult(StrEnum):
    """The words of RFC 7208, 2.6, and one of ours."""

    NONE = "none"
    NEUTRAL = "neutral"
    PASS = "pass"  # noqa: S105 - a word of the standard
    FAIL = "fail"
    SOFTFAIL = "softfail"
    PERMERROR = "permerror"
    #: It hangs on the mail (macros) or on names of addresses (ptr), which are not asked for here.
    UNJUDGED = "unjudged"


_BY_QUALIFIER = {"+": SpfResult.PASS, "-": SpfResult.FAIL, "~": SpfResult.SOFTFAIL, "?": SpfResult.NEUTRAL}
_BROKEN = frozenset({SpfResult.NONE, SpfResult.PERMERROR})


def spf_result(policy: Policy, address: str) -> SpfResult:
    """What ``policy`` says of mail from ``address``. The limits of look-ups are not its matter."""
    if policy.record is None:
        return SpfResult.PERMERROR if policy.records > 1 else SpfResult.NONE
    if policy.record.faults:
        return SpfResult.PERMERROR
    result = _redirected(policy, address)
    for step in reversed(policy.steps):
        result = _after(step, address, result)
    return result


def _after(step: Step, address: str, rest: SpfResult) -> SpfResult:
    """The result from ``step`` on, where ``rest`` is that of the steps behind it."""
    matched = _matches(step, address)
    if isinstance(matched, SpfResult):
        return matched
    own = _BY_QUALIFIER[step.mechanism.qualifier]
    if matched is None:
        return rest if rest is own else SpfResult.UNJUDGED
    return own if matched else rest


def _matches(step: Step, address: str) -> bool | SpfResult | None:
    """Whether a step matches, ``None`` where that is not known, or the error that ends it all (RFC 7208, 5.2)."""
    if step.mechanism.kind == "all":
        return True
    if step.policy:
        inside = spf_result(step.policy, address)
        if inside in _BROKEN:
            return SpfResult.PERMERROR
        return None if inside is SpfResult.UNJUDGED else inside is SpfResult.PASS
    if step.mechanism.has_macro or step.mechanism.kind in ("exists", "ptr", "include"):
        return None
    client = ip_address(address)
    return any(client in network for network in step.networks)


def _redirected(policy: Policy, address: str) -> SpfResult:
    if not (policy.record and policy.record.redirect):
        return SpfResult.NEUTRAL
    if policy.redirected is None:
        return SpfResult.UNJUDGED
    result = spf_result(policy.redirected, address)
    return SpfResult.PERMERROR if result is SpfResult.NONE else result
