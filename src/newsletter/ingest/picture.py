"""Somebody's picture made into one for a mail: of a size that fits its column, and with nothing in it but what is seen."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps

from newsletter.errors import IngestError

MAX_BYTES = 10_000_000
MAX_PIXELS = 40_000_000
#: What mail programs show and what carries no script. Pillow tells them by their content, never by a name.
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
#: Screens with two pixels for one of CSS are most; a picture is shown at most a quarter taller than its column is wide.
_DENSITY, _TALLEST = 2, 1.25
#: A picture of so few pixels shows nothing: it counts who looks.
_COUNTER = 2
_QUALITY = 80
_COLOURS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A finished picture: ``width`` and ``height`` are the pixels of the file, ``suffix`` is ``.jpg`` or ``.png``."""

    content: bytes
    content_type: str
    suffix: str
    width: int
    height: int


def fitted(content: bytes, column: int) -> Fitted:
    """The picture in ``content`` for a column of so many CSS pixels: never enlarged, without metadata, in sRGB.

    The same bytes give the same picture. Photographs become JPEG, what is transparent or has few colours PNG; of an
    animation the first frame is kept. ``IngestError`` says why something is no picture for a mail.
    """
    if len(content) > MAX_BYTES:
        raise IngestError(f"The picture is larger than {MAX_BYTES // 1_000_000} MB; use a smaller one.")
    with _told():
        picture = Image.open(io.BytesIO(content), formats=_FORMATS)
        _refuse_size(*picture.size)
        picture.load()
        shown = _in_srgb(ImageOps.exif_transpose(picture))
        shown.thumbnail((column * _DENSITY, round(column * _DENSITY * _TALLEST)), Image.Resampling.LANCZOS)
        return _encoded(shown)


@contextmanager
def _told() -> Iterator[None]:
    """Turn whatever a hostile or broken file makes Pillow raise into a sentence."""
    try:
        yield
    except IngestError:
        raise
    # Its decoders raise whatever their arithmetic runs into: struct.error, KeyError, MemoryError and more were seen.
    except Exception as error:
        raise IngestError(
            f"The picture cannot be read ({type(error).__name__}); it should be a whole JPEG, PNG, GIF or WebP file."
        ) from error


def _refuse_size(width: int, height: int) -> None:
    """Judge by the header, before anything is unpacked."""
    if width * height > MAX_PIXELS:
        raise IngestError(f"The picture has more than {MAX_PIXELS // 1_000_000} million pixels; use a smaller one.")
    if min(width, height) <= _COUNTER:
        raise IngestError("The picture is too small to show anything.")


def _in_srgb(picture: Image.Image) -> Image.Image:
    """The picture in RGB or RGBA, its colours those of the web."""
    alpha = picture.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in picture.info
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in {"RGB", "CMYK", "L"}:
        picture = _converted(picture, profile)
    if picture.mode.startswith(("I", "F")):
        # Sixteen bits a pixel: Pillow would cut off what is above 255 instead of scaling it.
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    bare = picture.convert("RGBA" if alpha else "RGB")
    # Comments and the like travel in here, and Pillow writes some of them out again.
    bare.info = {}
    return bare


def _converted(picture: Image.Image, profile: bytes) -> Image.Image:
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        found = ImageCms.profileToProfile(picture, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture  # a broken profile: the colours stay as they are
    return found or picture


def _encoded(picture: Image.Image) -> Fitted:
    """The smaller of what shows the picture as it is. Everything is encoded anew: that leaves behind what was hidden."""
    alpha = picture.mode == "RGBA" and picture.getchannel("A").getextrema() != (255, 255)
    if alpha:
        return _as_png(picture)
    picture = picture.convert("RGB")
    photo = _as_jpeg(picture)
    if picture.getcolors(_COLOURS) is None:
        return photo
    drawing = _as_png(picture.quantize(_COLOURS, dither=Image.Dither.NONE))
    return min(drawing, photo, key=lambda made: len(made.content))


def _as_jpeg(picture: Image.Image) -> Fitted:
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=_QUALITY, progressive=True, optimize=True, subsampling="4:2:0")
    return _made(kept, picture, "image/jpeg", ".jpg")


def _as_png(picture: Image.Image) -> Fitted:
    kept = io.BytesIO()
    picture.save(kept, "PNG", optimize=True)
    return _made(kept, picture, "image/png", ".png")


def _made(kept: io.BytesIO, picture: Image.Image, content_type: str, suffix: str) -> Fitted:
    width, height = picture.size
    return Fitted(content=kept.getvalue(), content_type=content_type, suffix=suffix, width=width, height=height)
