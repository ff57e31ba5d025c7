"""Every mail that the program can send, with everything in it."""

from newsletter.model.newsletter import Newsletter
from newsletter.render.compiled import Compiled, compile_issue
from newsletter.render.service import compile_service
from newsletter.render.specimens import specimens
from render.sample_issue import ARCHIVE, letter, rich_issue

SITE = "https://news.example.org"
NAMES = ("issue", *(mail.name for mail in specimens(letter(), SITE)))


def mail_named(name: str, newsletter: Newsletter) -> Compiled:
    if name == "issue":
        return compile_issue(rich_issue(), newsletter, archive_url=ARCHIVE)
    (mail,) = (one for one in specimens(newsletter, SITE) if one.name == name)
    return compile_service(mail, newsletter)


def every_mail(newsletter: Newsletter) -> list[Compiled]:
    return [mail_named(name, newsletter) for name in NAMES]
