"""House rules that a tool can hold."""

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src/newsletter"


def test_help_imports_nothing_heavy() -> None:
    """`--help` answers at once: half a second of imports is what makes a command line feel slow."""
    script = (
        "import sys; from newsletter.cli.root import run; run(['--help']); "
        "print(sorted(set(sys.modules) & {'sqlalchemy', 'alembic', 'premailer', 'fastapi', 'feedparser', 'lxml', 'trafilatura'}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_nobody_but_the_configuration_reads_the_environment() -> None:
    readers = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
    }
    assert readers == {"config/settings.py"}


def test_the_model_needs_the_standard_library_only() -> None:
    allowed = set(sys.stdlib_module_names) | {"newsletter"}
    for path in (SOURCE / "model").rglob("*.py"):
        roots = {
            name.split(".")[0]
            for node in ast.walk(ast.parse(path.read_text()))
            for name in (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
        }
        assert roots <= allowed, path.name


def test_no_room_is_a_junk_drawer() -> None:
    junk = {"utils", "util", "helpers", "helper", "common", "misc"}
    assert not [path for path in SOURCE.rglob("*") if path.stem in junk]


def test_what_could_run_somebody_elses_code_is_not_used() -> None:
    """No pickle, no eval, no yaml.load: a row in the database or a file on disk must never be a program."""
    banned = {"pickle", "marshal", "shelve", "dill"}
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                assert not banned & {alias.name for alias in node.names}, path
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                assert called not in ("eval", "exec", "yaml.load", "pickle.loads"), path


def test_each_mail_has_exactly_subject_html_and_text() -> None:
    email = ROOT / "templates/email"
    mails = [folder for folder in email.iterdir() if folder.is_dir() and folder.name not in ("_base", "themes")]
    assert mails
    for folder in mails:
        assert sorted(path.name for path in folder.iterdir()) == ["body.html", "body.txt", "subject.txt"], folder.name
