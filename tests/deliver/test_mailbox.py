"""One file a mail, whole or not at all."""

from pathlib import Path

import pytest

from newsletter.deliver.mailbox import MailboxTransport, file_name
from newsletter.errors import RelayUnreachable
from newsletter.model.delivery import Mail, Verdict
from one_lane import OneLane


def mail(message_id: str = "<k7q2@news.example.org>", content: bytes = b"Subject: A\r\n\r\nHello\r\n") -> Mail:
    return Mail(
        sender="editor@news.example.org", recipient="reader@example.com", message_id=message_id, content=content
    )


def test_a_second_copy_of_a_delivery_takes_the_place_of_the_first(tmp_path: Path) -> None:
    with OneLane(MailboxTransport(tmp_path)) as mailbox:
        mailbox.send(mail())
        mailbox.send(mail(content=b"Subject: A\r\n\r\nAgain\r\n"))
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"Subject: A\r\n\r\nAgain\r\n"]


def test_the_receipt_names_the_file(tmp_path: Path) -> None:
    with OneLane(MailboxTransport(tmp_path)) as mailbox:
        receipt = mailbox.send(mail())
    assert receipt.verdict is Verdict.ACCEPTED
    assert (tmp_path / receipt.text).read_bytes() == mail().content


def test_the_folder_is_made_with_the_folders_above_it(tmp_path: Path) -> None:
    with OneLane(MailboxTransport(tmp_path / "a" / "b")) as mailbox:
        mailbox.send(mail())
    assert len(list((tmp_path / "a" / "b").glob("*.eml"))) == 1


def test_a_folder_that_cannot_be_written_to_is_reported_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RelayUnreachable, match=r"No mail can be written to .*file.*name another one"):
        OneLane(MailboxTransport(tmp_path / "file")).__enter__()


def test_a_folder_that_goes_away_is_reported_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    with OneLane(MailboxTransport(tmp_path / "mail")) as mailbox:
        (tmp_path / "mail").rmdir()
        with pytest.raises(RelayUnreachable, match="No such file"):
            mailbox.send(mail())
    assert list(tmp_path.iterdir()) == []


def test_a_mail_that_cannot_take_its_name_leaves_no_part_behind(tmp_path: Path) -> None:
    taken = tmp_path / file_name(mail().message_id)
    taken.mkdir()
    with OneLane(MailboxTransport(tmp_path)) as mailbox, pytest.raises(RelayUnreachable):
        mailbox.send(mail())
    assert list(tmp_path.iterdir()) == [taken]


@pytest.mark.parametrize(
    "message_id",
    ["<../../etc/passwd@x>", "<a/b@x>", "", "<" + "x" * 500 + "@x>", "<\0@x>", "<.@x>", "<почта@x>", "<CON@x>"],
)
def test_a_name_is_a_plain_file_name_whatever_the_message_id(tmp_path: Path, message_id: str) -> None:
    name = file_name(message_id)
    assert name.isascii()
    assert len(name) < 80
    assert not name.startswith(".")
    with OneLane(MailboxTransport(tmp_path)) as mailbox:
        mailbox.send(mail(message_id))
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_message_ids_that_look_alike_have_different_files() -> None:
    alike = ["<a.b@x>", "<a-b@x>", "<A.b@x>", "<a.b@y>", "<a..b@x>"]
    assert len({file_name(message_id).casefold() for message_id in alike}) == len(alike)
