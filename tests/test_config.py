from pathlib import Path

import pytest
from pydantic import BaseModel

from newsletter.app import App
from newsletter.config import Settings, TransportKind, config_path, read_settings
from newsletter.errors import ConfigError

ROOT = Path(__file__).parents[1]
SECRET = 'secret_key = "0123456789012345678901234567890123456789"\n'


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    import os  # noqa: PLC0415 - the one test that looks at the real environment

    for name in [name for name in os.environ if name.startswith("NEWSLETTER_")]:
        monkeypatch.delenv(name)


def test_the_example_is_accepted_and_says_the_defaults(tmp_path: Path) -> None:
    example, bare = read_settings(ROOT / "config.example.toml"), read_settings(_file(tmp_path, SECRET))
    keys = (
        "base_url",
        "media",
        "database",
        "delivery",
        "relay",
        "relays",
        "dkim",
        "provider",
        "fetch",
        "pictures",
        "spam",
        "serve",
        "assistant",
    )
    assert {key: getattr(example, key) for key in keys} == {key: getattr(bare, key) for key in keys}


def test_the_example_explains_every_key_in_the_words_of_the_code() -> None:
    lines = (ROOT / "config.example.toml").read_text()
    for key, description in _keys(Settings):
        name = key.rpartition(".")[2]
        assert f"\n{name} = " in lines or f"\n# {name} = " in lines, key
        assert description.split(";")[0].split(",")[0].rstrip(".") in lines.replace("\n# ", " "), key


def test_relative_paths_are_seen_from_the_files_folder(tmp_path: Path) -> None:
    settings = read_settings(_file(tmp_path, SECRET))
    assert settings.database_url == f"sqlite:///{tmp_path / 'newsletter.db'}"
    assert settings.path(settings.delivery.mailbox) == tmp_path / "outbox"


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _file(tmp_path, SECRET + '[relay]\nhost = "mail.example.org"\nport = 25\n')
    monkeypatch.setenv("NEWSLETTER_RELAY__PASSWORD", "from the environment")
    monkeypatch.setenv("NEWSLETTER_DELIVERY__TRANSPORT", "smtp")
    settings = read_settings(path)
    assert settings.relay.password is not None
    assert settings.relay.password.get_secret_value() == "from the environment"
    assert (settings.relay.host, settings.relay.port) == ("mail.example.org", 25)
    assert settings.delivery.transport is TransportKind.SMTP


def test_there_may_be_several_relays_and_the_app_sends_over_all_of_them(tmp_path: Path) -> None:
    spare = '[[relays]]\nhost = "spare.example.org"\nrank = 1\nrate = "60/minute"\n'
    main = '[delivery]\ntransport = "smtp"\n[relay]\nhost = "main.example.org"\nconnections = 3\n'
    settings = read_settings(_file(tmp_path, SECRET + main + spare))
    assert [relay.host for relay in (settings.relay, *settings.relays)] == ["main.example.org", "spare.example.org"]
    assert App(settings).transport().connections == 3, "the spare one waits"
    with pytest.raises(ConfigError, match=r"relays.0.port"):
        read_settings(_file(tmp_path, SECRET + "[[relays]]\nport = 0\n"))


def test_the_file_may_be_named_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLETTER_CONFIG", "/etc/newsletter.toml")
    assert config_path(None) == Path("/etc/newsletter.toml")
    assert config_path(Path("mine.toml")) == Path("mine.toml")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (SECRET + 'colour = "red"\n', "colour is not a key"),
        (SECRET + "[relay]\nports = 25\n", "relay.ports is not a key"),
        ("", "secret_key is missing"),
        (SECRET + "[relay]\nport = 0\n", "relay.port: .*greater than or equal to 1"),
        (SECRET + '[delivery]\ntransport = "pigeon"\n', "delivery.transport: .*'mailbox', 'smtp' or 'provider'"),
        (SECRET + 'base_url = "news.example.org"\n', "base_url: .*pattern"),
        (SECRET + '[provider]\nkind = "pigeon"\n', "provider.kind: .*'ses', 'postmark', 'mailgun' or 'resend'"),
        (SECRET + "[provider]\nconnections = 0\n", "provider.connections: .*greater than or equal to 1"),
        (SECRET + '[spam]\nengine = "nose"\n', "spam.engine: .*'auto'"),
        (SECRET + '[spam]\naddress = "127.0.0.1:783"\n', 'spam: .*address needs engine = "spamd" or "rspamd"'),
        (SECRET + '[spam]\nengine = "spamd"\naddress = "localhost"\n', "spam.address: .*pattern"),
        (SECRET + '[spam]\nengine = "spamd"\naddress = "[::1]:65536"\n', "spam.address: .*at most 65535"),
        ("secret_key = \n", "is not valid TOML"),
        (SECRET + 'folder = "x"\n', "folder is not a key"),
    ],
)
def test_a_wrong_file_is_refused_with_the_key_at_fault(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        read_settings(_file(tmp_path, text))


def test_a_secret_that_is_too_short_is_not_repeated_in_the_complaint(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="secret_key") as refused:
        read_settings(_file(tmp_path, 'secret_key = "hunter2"\n'))
    assert "hunter2" not in str(refused.value)


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="newsletter init"):
        read_settings(tmp_path / "config.toml")


def _file(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text)
    return path


def _keys(model: type[BaseModel], prefix: str = "") -> list[tuple[str, str]]:
    found = []
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            found += _keys(field.annotation, f"{prefix}{name}.")
        elif not field.exclude:
            found.append((prefix + name, field.description or "no description"))
    return found
