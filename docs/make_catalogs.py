"""Bring the catalogs of phrases up to date with code and templates: `make catalogs`.

New phrases are added without a translation, and told; what nobody says any more is dropped. Nothing else in a file changes.
"""

import io
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from newsletter.i18n.phrases import FOLDER

ROOT = Path(__file__).parents[1]
_HEADER = """\
# {name} phrases of newsletter: mails and pages for subscribers and editors.
msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {plurals}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def main() -> None:
    """Update every catalog, and say which phrases wait for a translation."""
    said = phrases()
    for path in sorted(FOLDER.glob("*.po")):
        catalog = updated(path, said)
        path.write_text(_header(catalog) + _body(catalog), encoding="utf-8")
        left = [message.id for message in catalog if message.id and not any(message.string or ())]
        print(f"{path.name}: {len(catalog)} phrases, {len(left)} to be translated", *left, sep="\n    ")  # noqa: T201 - a command


def phrases() -> Catalog:
    """Every phrase that code and templates say."""
    with (FOLDER.parent / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # Babel publishes no type for it
    said = Catalog()
    for root in ("src", "templates"):
        for _file, _line, message, _comments, _context in extract_from_dir(ROOT / root, methods, options):
            said.add(message)
    return said


def updated(path: Path, said: Catalog) -> Catalog:
    """The catalog in ``path`` with the phrases of ``said``, translated where they were."""
    with path.open("rb") as file:
        catalog = read_po(file, locale=path.stem)
    catalog.update(said, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def _header(catalog: Catalog) -> str:
    locale = Locale.parse(str(catalog.locale))
    return _HEADER.format(name=locale.english_name, language=locale, plurals=catalog.plural_forms)


def _body(catalog: Catalog) -> str:
    written = io.BytesIO()
    write_po(written, catalog, width=120, omit_header=True, sort_output=True, no_location=True)
    return written.getvalue().decode()


if __name__ == "__main__":
    main()
