"""Pictures in a bucket of an S3-compatible store, over obstore (the extra ``s3``)."""

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from newsletter.errors import ConfigError, StoreError
from newsletter.shelf.name import checked_name

if TYPE_CHECKING:
    from obstore.store import S3Credential

#: Where the bucket's name stands in a request: in its path, or before the host's name.
Addressing = Literal["path", "virtual"]

#: A name stands for one content for ever, so nobody needs to ask twice (RFC 9111, section 5.2.2; RFC 8246).
_CACHE_CONTROL = "public, max-age=31536000, immutable"
_RETRIES = 2
_STATUS = re.compile(r"status code: (\d{3})")


class S3Shelf:
    """Pictures in ``bucket`` at ``endpoint``, under the keys ``prefix``/NAME; their URLs are ``public_url``/NAME.

    ``seconds`` is the limit of one request; what fails earlier is asked twice more within that time. Clear text is
    spoken only where ``endpoint`` itself begins with http. ``ConfigError`` where obstore is not installed.
    """

    def __init__(  # noqa: PLR0913 - what an S3 client has to know; all by name
        self,
        *,
        bucket: str,
        endpoint: str,
        region: str,
        access_key_id: str,
        secret_access_key: str,
        public_url: str,
        prefix: str = "",
        addressing: Addressing = "path",
        seconds: float = 10.0,
    ) -> None:
        try:
            from obstore.store import S3Store  # noqa: PLC0415 - an extra, and of no use to who has no bucket
        except ImportError:
            raise ConfigError(
                "Pictures cannot go to an S3 store, because obstore is not installed: pip install 'newsletter[s3]', "
                'or set store = "folder" under [pictures].'
            ) from None

        def credential() -> "S3Credential":
            return {
                "access_key_id": access_key_id,
                "secret_access_key": secret_access_key,
                "token": None,
                "expires_at": None,
            }

        self._bucket = bucket
        self._public_url = public_url
        limit = timedelta(seconds=seconds)
        # obstore lets the environment's AWS_* fill in what is not said here: a session's token beside our key, or no
        # signature at all. Its general ``endpoint`` would give way to AWS_ENDPOINT_URL_S3.
        self._store: S3Store = S3Store(
            bucket,
            prefix=prefix or None,
            aws_endpoint_url_s3=_bucket_host(endpoint, bucket) if addressing == "virtual" else endpoint,
            region=region,
            virtual_hosted_style_request=addressing == "virtual",
            credential_provider=credential,
            skip_signature=False,
            unsigned_payload=False,
            client_options={
                "allow_http": endpoint.startswith("http://"),
                "allow_invalid_certificates": False,
                "connect_timeout": limit,
                "timeout": limit,
            },
            retry_config={"max_retries": _RETRIES, "retry_timeout": limit},
        )

    def put(self, name: str, content: bytes, content_type: str) -> str:
        """Store ``content`` as ``name`` and return its public URL; a name that is there already is not sent again.

        ``StoreError`` if the name is none, or the store refuses us or does not answer; then nothing was stored, or the
        whole picture.
        """
        from obstore.exceptions import BaseError  # noqa: PLC0415 - an extra; see the constructor

        checked_name(name)
        try:
            if not self._has(name):
                self._store.put(
                    name,
                    content,
                    attributes={"Content-Type": content_type, "Cache-Control": _CACHE_CONTROL},
                    use_multipart=False,
                )
        except (BaseError, OSError) as error:
            raise StoreError(self._sentence(error)) from None
        return f"{self._public_url}/{name}"

    def _has(self, name: str) -> bool:
        from obstore.exceptions import PermissionDeniedError  # noqa: PLC0415 - the same

        try:
            self._store.head(name)
        except (FileNotFoundError, PermissionDeniedError):
            # A key that may write and not list is told 403 for a name that is not there: writing shows whether it may.
            return False
        return True

    def _sentence(self, error: Exception) -> str:
        """What to do, without the store's own words: they may repeat the key."""
        from obstore.exceptions import PermissionDeniedError, UnauthenticatedError  # noqa: PLC0415 - the same

        if isinstance(error, FileNotFoundError):
            return f"The store of pictures has no bucket {self._bucket}; make it, or mend bucket or endpoint under [pictures]."
        if isinstance(error, PermissionDeniedError | UnauthenticatedError):
            return (
                f"The bucket {self._bucket} does not take pictures from us; check access_key_id, secret_access_key and "
                "region under [pictures], this machine's clock, and that the key may write there."
            )
        if status := _STATUS.search(str(error)):
            return (
                f"The store of pictures answered {status[1]}; try again later, and if it stays so check endpoint, "
                "bucket and region under [pictures]."
            )
        return "The store of pictures does not answer; try again later, or check endpoint under [pictures]."


def _bucket_host(endpoint: str, bucket: str) -> str:
    """The ``endpoint`` with the bucket's name before its host."""
    parts = urlsplit(endpoint)
    return parts._replace(netloc=f"{bucket}.{parts.netloc}").geturl()
