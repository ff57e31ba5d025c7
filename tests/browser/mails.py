"""The mails that this folder looks at, each made once."""

from functools import cache

from browser.right_to_left import arabic_issue, arabic_letter
from newsletter.render.compiled import compile_issue
from newsletter.render.templates import SHIPPED
from render.sample_issue import ARCHIVE, letter
from render.sample_mails import NAMES, mail_named

THEMES = SHIPPED.themes
ARABIC = "issue in Arabic"
ISSUES = ("issue", ARABIC)
SERVICE = tuple(name for name in NAMES if name != "issue")
MAILS = (*ISSUES, *SERVICE)
#: The texts that are there to be read, as axe-core wants them selected.
BODY = ".text, .first, .summary, [class^=bullet]"


@cache
def mail(name: str, theme: str) -> str:
    """Its HTML, as it is sent."""
    if name == ARABIC:
        return compile_issue(arabic_issue(), arabic_letter(theme), archive_url=ARCHIVE).html
    return mail_named(name, letter(theme=theme)).html
