"""Distil the facts about mail programs from a release of caniemail's data into one small file.

Fetch the package ``caniemail`` (MIT) with ``npm pack caniemail`` in an empty folder and unpack it with ``tar xzf``; its
data is ``package/data/caniemail.json``. Then run, from the root of the checkout:

    python docs/make_client_support.py path/to/caniemail.json

``src/newsletter/render/checks/support.json`` is written anew. Read its diff, then run ``tests/render``: a feature that was
renamed is named there.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from newsletter.render.checks import support
from newsletter.render.checks.support import CLIENTS, Verdict

TARGET = Path(support.__file__).with_name("support.json")


def distil(data: Mapping[str, Any]) -> dict[str, Any]:
    """Keep of caniemail's data what the check asks: who does not simply have a feature of HTML or CSS.

    ``data`` is the file as it was read. A client that the data says nothing of counts as untested.
    """
    features = {
        feature["slug"]: {"title": " ".join(feature["title"].split())} | _others(feature["stats"])
        for feature in data["data"]
        if feature["category"] in {"html", "css"}
    }
    header = {
        "source": "caniemail",
        "date": data["last_update_date"][:10],
        "licence": "MIT, Copyright © Avi Goldman, Copyright © Andrew Powell",
        "verdicts": "n: not shown; a: shown in part; u: not tested; every other client shows it",
        "clients": list(CLIENTS),
    }
    return {"header": header, "features": dict(sorted(features.items()))}


def _others(stats: Mapping[str, Mapping[str, Mapping[str, str]]]) -> dict[str, list[str]]:
    verdicts = {client: _newest(stats, client) for client in CLIENTS}
    wanted = (Verdict.NO, Verdict.PARTLY, Verdict.UNKNOWN)
    listed = {str(verdict): [c for c, found in verdicts.items() if found is verdict] for verdict in wanted}
    return {verdict: clients for verdict, clients in listed.items() if clients}


def _newest(stats: Mapping[str, Mapping[str, Mapping[str, str]]], client: str) -> Verdict:
    """The verdict on the newest version, which the data lists last; the numbers behind it point to footnotes."""
    family, _, platform = client.partition(".")
    versions = stats.get(family, {}).get(platform, {})
    return Verdict([*versions.values()][-1][0]) if versions else Verdict.UNKNOWN


def written(facts: Mapping[str, Any]) -> str:
    """The file's text, a line for each feature, so that a new release shows in the diff feature by feature."""
    header = json.dumps(facts["header"], ensure_ascii=False, indent=2).replace("\n", "\n  ")
    lines = [
        f"    {json.dumps(slug)}: {json.dumps(feature, ensure_ascii=False)}"
        for slug, feature in facts["features"].items()
    ]
    return f'{{\n  "header": {header},\n  "features": {{\n' + ",\n".join(lines) + "\n  }\n}\n"


def main() -> None:
    """Read the file that is named and write ours."""
    if len(sys.argv) != 2:  # noqa: PLR2004 - the program and one file
        sys.exit("Name the data file: python docs/make_client_support.py path/to/caniemail.json")
    data = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    TARGET.write_text(written(distil(data)), encoding="utf-8")


if __name__ == "__main__":
    main()
