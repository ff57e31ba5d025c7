"""The files that a preview is made of."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.errors import NewsletterError

if TYPE_CHECKING:
    from newsletter.proofs import Preview


def write_preview(out: Path, shown: "Preview", *, media: Path, media_url: str) -> list[Path]:
    """Write ``issue.html``, ``issue.txt``, ``issue.eml`` and ``web.html`` to the folder ``out``; return the paths.

    The .eml is to the byte what would be sent. In the two pages, pictures that this program will serve itself are
    pointed to copies beside them, so that the preview is whole without a server.
    """
    texts = {
        "issue.html": _beside(shown.compiled.html, media_url),
        "issue.txt": shown.compiled.text,
        "web.html": _beside(shown.page, media_url),
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (out / name).write_text(text, encoding="utf-8")
        (out / "issue.eml").write_bytes(shown.mail.content)
        if media.is_dir() and media_url in shown.compiled.html:
            shutil.copytree(media, out / "media", dirs_exist_ok=True)
    except OSError as error:
        raise NewsletterError(f"The preview cannot be written to {out}; check that the folder is writable.") from error
    return [out / name for name in (*texts, "issue.eml")]


def _beside(page: str, media_url: str) -> str:
    return page.replace(f'src="{media_url}', 'src="media/')
