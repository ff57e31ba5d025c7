"""What a reader entrusts to us stands in the database and in their own mails, and in nothing that is logged or kept beside."""

import re
import signal
import subprocess
from pathlib import Path

import httpx2
import pytest

from newsletter.render.links import Links, Purpose
from newsletter.store.store import Store
from real_sender import approved_issue, command, received, relay_at, secret_of, sink, site_of, wait_until

EMAIL, NAME, MOVED, PASSWORD = "canary.one@example.com", "Canary Songbird", "canary.two@example.com", "canary-password"
#: Where they belong: the database, the relay's book, what a person typed.
THEIRS = re.compile(r"newsletter\.db.*|received|config\.toml|list\.csv")

pytestmark = pytest.mark.faults


def test_no_log_and_no_file_beside_the_database_holds_a_reader_or_a_secret(tmp_path: Path) -> None:
    folder = approved_issue(tmp_path / "desk", 3)
    (folder / "list.csv").write_text(f"email,name\n{EMAIL}x,{NAME}\n{NAME},{EMAIL}\n")
    said = ""
    with sink(folder) as port, Store(f"sqlite:///{folder / 'newsletter.db'}") as store:
        relay_at(folder, port)
        with (folder / "config.toml").open("a") as config:
            config.write(f'username = "u"\npassword = "{PASSWORD}"\n')
        said += _done(folder, "subscriber", "import", "list.csv")
        said += _done(folder, "subscriber", "export", "--format", "mailman").replace(f"{EMAIL}x", "")
        process = subprocess.Popen(
            command(folder, "serve", "--port", "0"),
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            site = site_of(process)
            links = Links(site, secret_of(folder))
            tokens = _journey(site, links, store, process, folder)
        finally:
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    said += out + err
    assert "Letters to readers wait: " in said, "what went wrong is told"
    kept = [path for path in folder.rglob("*") if path.is_file() and not THEIRS.fullmatch(path.name)]
    assert any(path.name == "suppressed.jsonl" for path in kept)
    for canary in (EMAIL, NAME, MOVED, "canary", "Songbird", PASSWORD, secret_of(folder), *tokens):
        assert canary.casefold() not in said.casefold()
        for path in kept:
            assert canary.encode() not in path.read_bytes(), path


def _journey(site: str, links: Links, store: Store, process: "subprocess.Popen[str]", folder: Path) -> list[str]:
    """Everything that a reader does, and much that goes wrong; return the tokens that were used."""
    with httpx2.Client(base_url=site, timeout=30) as web:
        web.post("/weekly/subscribe", data={"email": EMAIL, "name": NAME})
        web.post("/weekly/subscribe", data={"email": f"{EMAIL}\r\nBcc: {MOVED}", "name": NAME})
        # The relay takes no password, so the mail waits, and its failure is told.
        wait_until(lambda: bool(store.signups.waiting(9)) is False, 60, process)
        confirm = links.to(Purpose.CONFIRM, 1, 1)
        assert web.post(confirm).status_code == 200
        person = int(store.subscribers.find(EMAIL, 1).subscriber.id or 0)
        mine, leave = links.preferences(person, 1), links.unsubscribe(person, 1)
        assert web.post(mine, data={"state": "active", "name": f"{NAME} II"}).status_code == 200
        assert web.post(f"{mine}/address", data={"email": MOVED}).status_code == 200
        assert EMAIL in web.post(f"{mine}/data").text
        for wrong in (f"/preferences/{EMAIL}", f"/{EMAIL}", f"/unsubscribe/{NAME}", f"{leave}x", f"/weekly/{NAME}"):
            assert web.get(wrong).status_code == 404
        web.request("PUT", f"/weekly?email={EMAIL}", content=NAME.encode())
        web.post(f"{leave}/why", data={"reason": NAME})
        assert web.post(leave, data={"List-Unsubscribe": "One-Click"}).status_code == 200
        assert web.post(f"{mine}/erase", data={"sure": "yes"}).status_code == 200
    remembered = folder / "journal" / "suppressed.jsonl"
    wait_until(lambda: remembered.exists() and remembered.read_text().count("\n") >= 1, 60, process)
    assert EMAIL not in received(folder), "the relay refused the password"
    return [link.rpartition("/")[2] for link in (confirm, mine, leave)]


def _done(folder: Path, *words: str) -> str:
    done = subprocess.run(command(folder, *words), cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr
