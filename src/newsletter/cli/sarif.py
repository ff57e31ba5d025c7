"""Findings as SARIF 2.1.0 (OASIS), which code scanners and forges read."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from newsletter import __version__

if TYPE_CHECKING:
    from newsletter.model.waiver import Waiver
    from newsletter.render.checks.finding import Finding

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(findings: "Sequence[Finding]", waivers: "Mapping[str, Waiver]") -> dict[str, Any]:
    """One run with its rules and results; a waived finding carries its suppression (SARIF 2.1.0, 3.35)."""
    codes = list(dict.fromkeys(finding.code for finding in findings))
    driver = {"name": "newsletter", "version": __version__, "rules": [{"id": code} for code in codes]}
    results = [_result(finding, codes.index(finding.code), waivers.get(finding.fingerprint)) for finding in findings]
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}


def _result(finding: "Finding", rule: int, waiver: "Waiver | None") -> dict[str, Any]:
    place = {"name": finding.item or finding.section or "mail", "kind": "member"}
    if finding.section and finding.item:
        place["fullyQualifiedName"] = f"{finding.section}/{finding.item}"
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": str(finding.level),
        "message": {"text": f"{finding.sentence} {finding.remedy}".strip()},
        "locations": [{"logicalLocations": [place]}],
        "partialFingerprints": {"finding/v1": finding.fingerprint},
        **({"suppressions": [{"kind": "external", "justification": waiver.reason}]} if waiver else {}),
    }
