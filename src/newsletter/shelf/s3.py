"""Pictures in a store that speaks S3, for pages behind a content network or on several machines."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from newsletter.errors import ConfigError, StoreError
from newsletter.shelf.name import checked

#: A name says what it holds, so what lies under it never changes.
_FOR_GOOD = "public, max-age=31536000, immutable"
_SECONDS = 10
_RETRIES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Shelf:
    """A bucket. ``endpoint`` is empty for Amazon's own; ``public_url`` is what stands before a name in its address."""

    bucket: str
    public_url: str
    endpoint: str = ""
    region: str = ""
    prefix: str = ""
    access_key_id: str = ""
    secret_access_key: str = field(default="", repr=False)

    def put(self, name: str, content: bytes, content_type: str) -> str:
        """Upload ``content`` under ``name`` and return its address; ``StoreError`` says why it could not be."""
        obstore = _library()
        attributes = {"Content-Type": content_type, "Cache-Control": _FOR_GOOD}
        try:
            obstore.put(self._store(), checked(name), content, attributes=attributes, use_multipart=False)
        except (obstore.exceptions.BaseError, OSError) as error:
            raise StoreError(
                f"The picture {name} could not be put into the bucket {self.bucket} ({type(error).__name__}); "
                "check [pictures] in config.toml, and that the key may write there."
            ) from error
        return f"{self.public_url.rstrip('/')}/{name}"

    def _store(self) -> Any:  # noqa: ANN401 - obstore is an extra and may be missing where types are checked
        from obstore.store import S3Store  # noqa: PLC0415 - an extra

        given = {
            "endpoint": self.endpoint,
            "region": self.region,
            "prefix": self.prefix,
            "access_key_id": self.access_key_id,
            "secret_access_key": self.secret_access_key,
        }
        return S3Store(
            self.bucket,
            **{name: value for name, value in given.items() if value},  # type: ignore[arg-type]  # each as it is named
            virtual_hosted_style_request=not self.endpoint,
            client_options={"allow_http": self.endpoint.startswith("http://"), "timeout": f"{_SECONDS}s"},
            retry_config={"max_retries": _RETRIES, "retry_timeout": timedelta(seconds=_SECONDS)},
        )


def _library() -> Any:  # noqa: ANN401 - the same
    try:
        import obstore  # noqa: PLC0415 - an extra
        import obstore.exceptions  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ConfigError("Pictures in S3 need one more package: pip install 'newsletter[s3]'") from error
    return obstore
