"""A real Postfix on loopback, apart from the host's own: its own configuration, queue and log, no systemd.

It stands for the internet that a mail goes out into: readers' maildirs, addresses that are refused at RCPT, others that
are taken and come back later as delivery status notifications (RFC 3464), and a way on to another server.
"""

import email
import email.policy
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest

#: Debian's place for the daemons; nothing but `master` is started by hand.
_DAEMONS = Path("/usr/lib/postfix/sbin")
#: Readers' maildirs belong to a user of no rights: Postfix delivers to nobody as root.
_OWNER = "nobody"
#: If even the test runner is killed, nothing outlives it by more than this, in seconds.
_LONGEST_LIFE = 600
_PATIENCE = 120
_QUEUES = ("maildrop", "incoming", "active", "deferred", "hold", "corrupt")
_OTHER_FOLDERS = ("bounce", "defer", "flush", "pid", "private", "public", "saved", "trace")
_MOVE = re.compile(r"postfix/qmgr\[\d+\]: (\w+): (from=<.*\(queue active\)|removed)$", re.MULTILINE)

_MAIN = """
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
maillog_file = {log}
maillog_file_prefixes = {log}
enable_long_queue_ids = {long_queue_ids}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.example.net
mydestination =
mynetworks = 127.0.0.0/8
recipient_delimiter = +
smtputf8_enable = yes
alias_maps =
alias_database =
local_recipient_maps =
disable_dns_lookups = yes
smtp_host_lookup = native
smtp_connection_cache_on_demand = no
smtpd_peername_lookup = no
smtpd_client_port_logging = yes
in_flow_delay = 0
# A recipient whose transport is an error is taken all the same, and sent back later.
smtpd_reject_unlisted_recipient = no
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_recipient_restrictions = check_recipient_access texthash:{home}/etc/refused, permit_mynetworks, reject
transport_maps = texthash:{home}/etc/transports
virtual_mailbox_domains = example.com, example.org, bounces.example.org
virtual_mailbox_base = {home}/mail
virtual_mailbox_maps = regexp:{home}/etc/mailboxes
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 100
# What cannot be delivered at the first attempt comes back at once instead of after five days.
maximal_queue_lifetime = 0
bounce_queue_lifetime = 0
notify_classes =
"""

_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Postfix:
    """A running relay: where it listens, its maildirs, its mail log and its queue."""

    port: int
    mail: Path
    log: Path
    queue: Path

    def received(self) -> dict[str, list[EmailMessage]]:
        """What readers (``example.com``) have received, by the address that it was delivered to."""
        return _kept(self.mail / "readers")

    def returned(self) -> dict[str, list[EmailMessage]]:
        """What came back to ``example.org`` and ``bounces.example.org``, by the envelope sender that it came back to."""
        return _kept(self.mail / "bounces")

    def wait_until_empty(self) -> None:
        """Wait until every mail that was taken in has been delivered or sent back, and the log says so."""
        deadline = time.monotonic() + _PATIENCE
        looks = 0
        # A notification is queued before the mail that it is about is removed, so it may slip past one look but not two.
        while looks < 2 or self._still_told_of():
            looks = 0 if self._holds_mail() else looks + 1
            if time.monotonic() > deadline:
                raise AssertionError(f"Postfix still holds mail. Its log ends:\n{_end(self.log)}")
            time.sleep(0.02)

    def wait_until_logged(self, words: str) -> str:
        """Wait until ``words`` stand in the log; return the log."""
        deadline = time.monotonic() + _PATIENCE
        while words not in (said := self.log.read_text(errors="replace")):
            if time.monotonic() > deadline:
                raise AssertionError(f"The log never said {words!r}. It ends:\n{_end(self.log)}")
            time.sleep(0.01)
        return said

    def _still_told_of(self) -> set[str]:
        """The queue ids that are queued after the log. A line of our own in it shows that earlier ones are all there."""
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            connection.recv(1024)
            said = self.wait_until_logged(f"connect from unknown[127.0.0.1]:{connection.getsockname()[1]}\n")
        queued: set[str] = set()
        for queue_id, move in _MOVE.findall(said):
            (queued.discard if move == "removed" else queued.add)(queue_id)
        return queued

    def _holds_mail(self) -> bool:
        # In the order that mail flows in: what moves on meanwhile is met in the next folder.
        return any(files for name in _QUEUES for _, _, files in os.walk(self.queue / name))


@contextmanager
def postfix(
    folder: Path,
    *,
    refused: Mapping[str, str] | None = None,
    returned: Mapping[str, str] | None = None,
    onward: int | None = None,
    long_queue_ids: bool = True,
) -> Iterator[Postfix]:
    """Run a relay that keeps its log in ``folder``; it and all of its mail is gone at the end.

    ``refused`` maps recipients to what they get at RCPT ("550 5.1.1 No such user"). ``returned`` maps recipients to why
    their mail comes back after it was taken ("5.2.2 Mailbox full"); a 4.x.x reason is put off once and then expires.
    Mail to ``remote.example`` goes on to the server on port ``onward`` of this machine, and comes back as that one says.
    Skips the test where Postfix is not installed or this user may not run it.
    """
    _skip_unless_possible()
    # Not below pytest's own folder, which no other user may enter; short, for the names of its sockets.
    home = Path(tempfile.mkdtemp(prefix="pf", dir="/tmp"))
    try:
        back = {who: f"{'retry' if why[0] == '4' else 'error'}:{why}" for who, why in (returned or {}).items()}
        away = {"remote.example": f"smtp:[127.0.0.1]:{onward}"} if onward else {}
        _lay_out(home)
        _table(home / "etc/refused", refused or {})
        _table(home / "etc/transports", back | away)
        log = folder / "mail.log"
        with _running(home, log, long_queue_ids=long_queue_ids) as port:
            yield Postfix(port=port, mail=home / "mail", log=log, queue=home / "queue")
    finally:
        shutil.rmtree(home)


def _skip_unless_possible() -> None:
    if not (_DAEMONS / "master").exists():
        pytest.skip("Postfix is not installed (make postfix)")
    if os.geteuid():
        pytest.skip("Postfix runs only as root: it changes between users")


def _lay_out(home: Path) -> None:
    """The folders that the package makes for its own instance, with the owners that the daemons insist on."""
    home.chmod(0o755)
    for name in ("etc", "data", "mail", "queue", *(f"queue/{name}" for name in (*_QUEUES, *_OTHER_FOLDERS))):
        (home / name).mkdir()
        (home / name).chmod(0o755)  # whatever the umask says
    for folder in (home / "data", *(home / "queue").iterdir()):
        if folder.name != "pid":
            shutil.chown(folder, "postfix")
    shutil.chown(home / "mail", _OWNER)
    # Lookups may not be filled in with parts of the address, so all readers share a maildir; Delivered-To tells them apart.
    (home / "etc/mailboxes").write_text("/@example\\.com$/ readers/\n/@(bounces\\.)?example\\.org$/ bounces/\n")


def _table(path: Path, rows: Mapping[str, str]) -> None:
    path.write_text("".join(f"{key} {value}\n" for key, value in rows.items()))


@contextmanager
def _running(home: Path, log: Path, *, long_queue_ids: bool) -> Iterator[int]:
    """Start the master on a free port; stop it, and whatever it has started, by the group that it leads."""
    owner = pwd.getpwnam(_OWNER)
    own = {"home": home, "log": log, "uid": owner.pw_uid, "gid": owner.pw_gid}
    long_ids = "yes" if long_queue_ids else "no"
    (home / "etc/main.cf").write_text(_MAIN.format(**own, long_queue_ids=long_ids))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    (home / "etc/master.cf").write_text(_MASTER.format(port=port))
    for file in (home / "etc").iterdir():
        os.utime(file, (0, 0))  # one that was written just now is read again and again until it looks settled
    log.touch()
    master = subprocess.Popen(
        [_DAEMONS / "master", "-s", "-e", str(_LONGEST_LIFE), "-c", home / "etc"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_for_greeting(master, port, log)
        yield port
    finally:
        master.terminate()
        with suppress(subprocess.TimeoutExpired):
            master.wait(timeout=20)
        with suppress(ProcessLookupError):
            os.killpg(master.pid, signal.SIGKILL)
        master.wait(timeout=20)
        while alive_in(master.pid):  # killed they are, but until they are gone they have files open in the queue
            time.sleep(0.005)


def alive_in(group: int) -> list[int]:
    """The processes of a group that still run; dead ones that nobody has asked after do not count."""
    alive = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # gone meanwhile
            state, _, of_group = path.read_text().rpartition(") ")[2].split()[:3]
            if int(of_group) == group and state not in "ZX":
                alive.append(int(path.parent.name))
    return alive


def _wait_for_greeting(master: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while master.poll() is None and time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE) as connection:
            if connection.recv(1024).startswith(b"220 mx.example.net "):
                return
        time.sleep(0.01)
    raise AssertionError(f"Postfix did not start. Its log ends:\n{_end(log)}")


def _end(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-20:])


def _kept(maildir: Path) -> dict[str, list[EmailMessage]]:
    kept: dict[str, list[EmailMessage]] = {}
    for path in (maildir / "new").iterdir() if maildir.is_dir() else ():
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        kept.setdefault(mail["Delivered-To"], []).append(mail)
    return kept
