"""``config.toml`` and ``NEWSLETTER_*`` into settings. The only reader of the environment.

What editors own (newsletters, sections, sources, themes) is in the store and not here.
"""

import os
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from newsletter.config.sections import (
    Assistant,
    Database,
    Delivery,
    Dkim,
    Fetch,
    Pictures,
    Provider,
    Relay,
    Serve,
    Signup,
    Spam,
    Work,
)
from newsletter.errors import ConfigError

DEFAULT_NAME = "config.toml"
_SQLITE = "sqlite:///"


class Settings(BaseSettings):
    """All settings, read once at start."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        env_prefix="NEWSLETTER_",
        env_nested_delimiter="__",
        nested_model_default_partial_update=True,
    )

    folder: Path = Field(Path(), exclude=True)
    base_url: str = Field(
        "http://127.0.0.1:8000",
        pattern=r"^https?://[^/\s]+(/[^\s]*[^/\s])?$",
        description="The public address of the pages, without a slash at the end; links in mails begin with it.",
    )
    secret_key: SecretStr = Field(
        min_length=32,
        description="Signs the links in mails; keep it: with another key the unsubscribe links of old issues stop working.",
    )
    former_secret_keys: tuple[SecretStr, ...] = Field(
        (),
        description="Earlier secret keys, whose links go on working; put the old key here when you change the one above.",
    )
    media: Path = Field(
        Path("media"), description="The folder for pictures of local articles, relative to this file's folder."
    )
    templates: Path | None = Field(
        None,
        description="A folder of your own templates and themes, laid out as the shipped ones, whose files replace them.",
    )
    database: Database = Database()  # type: ignore[call-arg]  # pydantic fills the defaults
    delivery: Delivery = Delivery()  # type: ignore[call-arg]  # the same
    relay: Relay = Relay()  # type: ignore[call-arg]  # the same
    relays: tuple[Relay, ...] = Field(
        (),
        description="Further relays, each a table [[relays]] with the keys of [relay], that share its mail or stand in.",
    )
    dkim: Dkim = Dkim()  # type: ignore[call-arg]  # the same
    provider: Provider = Provider()  # type: ignore[call-arg]  # the same
    assistant: Assistant = Assistant()  # type: ignore[call-arg]  # the same
    work: Work = Work()  # type: ignore[call-arg]  # the same
    fetch: Fetch = Fetch()  # type: ignore[call-arg]  # the same
    spam: Spam = Spam()  # type: ignore[call-arg]  # the same
    pictures: Pictures = Pictures()  # type: ignore[call-arg]  # the same
    signup: Signup = Signup()  # type: ignore[call-arg]  # the same
    serve: Serve = Serve()  # type: ignore[call-arg]  # the same

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic-settings' signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file, which arrives as the initial values."""
        return env_settings, init_settings

    @property
    def database_url(self) -> str:
        """The database's URL with the path of an SQLite file made absolute."""
        url = self.database.url
        if url.startswith(_SQLITE) and not url.startswith(_SQLITE + "/") and ":memory:" not in url:
            return f"{_SQLITE}{self.path(Path(url.removeprefix(_SQLITE)))}"
        return url

    def path(self, relative: Path) -> Path:
        """A path of the configuration, seen from the configuration file's folder."""
        return (self.folder / relative).resolve()


def config_path(given: Path | None) -> Path:
    """The file to read: the one given, the one that NEWSLETTER_CONFIG names, or ``config.toml`` here."""
    return given or Path(os.environ.get("NEWSLETTER_CONFIG") or DEFAULT_NAME)


def debugging() -> bool:
    """Whether NEWSLETTER_DEBUG asks for tracebacks."""
    return bool(os.environ.get("NEWSLETTER_DEBUG"))


def read_settings(given: Path | None = None) -> Settings:
    """Read the configuration; ``ConfigError`` names the file and the key at fault, never a secret's value."""
    path = config_path(given)
    try:
        values: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(
            f"There is no {path}; run `newsletter init` to make one, or name yours with --config or NEWSLETTER_CONFIG."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read ({type(error).__name__}); it should be a UTF-8 text file.") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}.") from error
    if "folder" in values:
        raise ConfigError(f"{path}: folder is not a key that this version knows; see config.example.toml.")
    try:
        return Settings(folder=path.resolve().parent, **values)
    except ValidationError as error:
        raise ConfigError(f"{path}: {_complaint(error)}") from None


def _complaint(error: ValidationError) -> str:
    """The first complaint in words; the offending value is left out, for it may be a secret."""
    first = error.errors(include_input=False, include_url=False)[0]
    key = ".".join(str(part) for part in first["loc"])
    kind: Literal["missing", "extra_forbidden"] | str = first["type"]  # noqa: PYI051 - the two that get words of their own
    if kind == "extra_forbidden":
        return f"{key} is not a key that this version knows; see config.example.toml."
    if kind == "missing":
        return f"{key} is missing; see config.example.toml."
    return f"{key}: {first['msg']}; see config.example.toml."
