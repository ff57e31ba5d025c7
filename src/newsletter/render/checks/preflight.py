"""Preflight: every check, in one list, the same behind the command and the editor's screen."""

from collections.abc import Callable, Iterable, Iterator

from newsletter.render.checks.clients import unsupported
from newsletter.render.checks.contents import doubts, items, sections, timing, twice
from newsletter.render.checks.destinations import article_links, links
from newsletter.render.checks.finding import Finding, Level
from newsletter.render.checks.footer import footer, headlines
from newsletter.render.checks.inbox import inbox
from newsletter.render.checks.markup import markup
from newsletter.render.checks.palette import palette
from newsletter.render.checks.proof import Proof
from newsletter.render.checks.weight import weight
from newsletter.render.checks.wording import marks, names, placeholders, quotations
from newsletter.render.compiled import Compiled
from newsletter.render.theme import Theme

#: What is asked of an issue; each answers with findings, in the order of its items.
ISSUE_CHECKS: tuple[Callable[[Proof], Iterator[Finding]], ...] = (
    sections, items, doubts, timing, twice, placeholders, quotations, marks, names, inbox, article_links, footer, headlines,
)  # fmt: skip


def clients(compiled: Compiled) -> Iterator[Finding]:
    """What the mail stands on and some mail program does not show."""
    return unsupported(compiled.html)


#: What is asked of any mail.
MAIL_CHECKS: tuple[Callable[[Compiled], Iterator[Finding]], ...] = (links, markup, weight, clients)


def check_issue(proof: Proof) -> tuple[Finding, ...]:
    """Everything that is wrong or doubtful about a compiled issue, errors first."""
    return _ordered(
        (*(one for check in ISSUE_CHECKS for one in check(proof)), *check_mail(proof.compiled, proof.theme))
    )


def check_mail(compiled: Compiled, theme: Theme) -> tuple[Finding, ...]:
    """Everything that is wrong with a compiled mail of whatever kind, errors first."""
    return _ordered((*(one for check in MAIL_CHECKS for one in check(compiled)), *palette(theme)))


def _ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Errors first and notes last, each finding once."""
    return tuple(sorted(dict.fromkeys(findings), key=lambda finding: list(Level).index(finding.level)))
