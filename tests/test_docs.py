"""The docs and the program say the same."""

import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command

from newsletter.cli.root import app
from newsletter.model.delivery import DeliveryState

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def _commands() -> dict[str, set[str]]:
    """Every command of the program with its options, as "issue send" -> {"--json", ...}."""
    found: dict[str, set[str]] = {}

    def walk(command: object, words: tuple[str, ...]) -> None:
        for name, child in getattr(command, "commands", {}).items():
            walk(child, (*words, name))
        if words and not getattr(command, "commands", None):
            options = {option for parameter in getattr(command, "params", ()) for option in parameter.opts}
            found[" ".join(words)] = {option for option in options if option.startswith("--")}

    walk(get_command(app), ())
    return found


def _shown(text: str) -> list[str]:
    """Every `newsletter ...` line in code of a page."""
    indented = re.findall(r"^ {4}(?:\.venv/bin/)?(newsletter .*)$", text, re.MULTILINE)
    fenced = re.findall(
        r"^(?:\$ )?(newsletter [a-z].*)$", "".join(re.findall(r"```.*?```", text, re.DOTALL)), re.MULTILINE
    )
    inline = re.findall(r"`(newsletter [a-z][^`…]*)`", text)
    return indented + fenced + inline


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_a_page_shows_exists_with_its_options(page: Path) -> None:
    commands = _commands()
    for line in _shown(page.read_text()):
        words = shlex.split(line.split("   #")[0].split(" > ")[0])[1:]
        if words[:1] == ["--config"]:
            words = words[2:]
        plain = [word for word in words if not word.startswith("-")]
        name = " ".join(plain[:2]) if " ".join(plain[:2]) in commands else plain[0] if plain else ""
        if words in (["--help"], ["--version"]) or (
            len(plain) == 1 and any(c.startswith(plain[0] + " ") for c in commands)
        ):
            continue
        assert name in commands, f"{page.name}: {line}"
        options = {word.split("=")[0] for word in words if word.startswith("--")}
        assert options <= commands[name] | {"--help", "--config"}, f"{page.name}: {line}"


def test_every_command_is_in_the_docs() -> None:
    everything = "\n".join(page.read_text() for page in PAGES)
    assert [name for name in _commands() if f"newsletter {name}" not in everything] == []


def test_every_state_of_a_delivery_is_explained_to_editors() -> None:
    page = (ROOT / "docs/editors.md").read_text()
    assert [state for state in DeliveryState if f"| {state} |" not in page] == []


def test_every_file_that_a_page_names_exists() -> None:
    for page in PAGES:
        for link in re.findall(r"\]\(([^)#]+?)\)", page.read_text()):
            if "://" not in link:
                assert (page.parent / link).exists(), f"{page.name}: {link}"
        for path in re.findall(r"`((?:src|tests|templates|docs|migrations|samples)/[\w./-]+)`", page.read_text()):
            assert (ROOT / path).exists(), f"{page.name}: {path}"


def test_every_make_target_that_a_page_names_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in PAGES:
        assert set(re.findall(r"\bmake ([a-z-]+)\b`?(?= |$|`|\)|,|\.)", _code(page))) <= targets | {"sure"}, page.name


def test_the_changelog_has_a_place_for_what_comes_next() -> None:
    assert "## Unreleased" in (ROOT / "CHANGELOG.md").read_text()


def _code(page: Path) -> str:
    text = page.read_text()
    return "\n".join(re.findall(r"`[^`]+`", text) + re.findall(r"^ {4}.*$", text, re.MULTILINE))
