"""Somebody's picture made fit for a mail: small, upright, in sRGB, and nothing in it but its pixels.

Every picture is decoded and written anew. A JPEG that would do as it is goes the same way, even where the new file is
the larger one: writing anew is what removes places, names, thumbnails and whatever hides behind the end of the file.
"""

import re
import struct
import threading
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

from PIL import ExifTags, Image, ImageCms

from newsletter.errors import IngestError

MAX_BYTES = 10_000_000
MAX_PIXELS = 40_000_000

_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
#: A picture this narrow or this low only counts who opens a page.
_TRACKING = 2
#: A progressive JPEG of cameras and editors has about ten; each more costs a pass over all pixels and no bytes.
_MOST_SCANS = 100
_START_OF_SCAN, _END_OF_PICTURE = b"\xda", b"\xd9"
#: A marker with a length behind it, or the end; not a stuffed or a fill byte, nor one that stands alone.
_MARKER = re.compile(rb"\xff([^\x00\x01\xd0-\xd8\xff])")
_QUALITY = 80
_PALETTE = 256

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ON_ITS_SIDE = range(5, 9)

#: What Pillow raises on bytes that lie: its readers trust lengths, types and offsets of the file.
_DAMAGED = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    EOFError,
    MemoryError,
    struct.error,
    zlib.error,
)
_BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)

#: The filters of warnings belong to the process; one at a time also bounds the memory that decoded pictures take.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True)
class Fitted:
    """A picture for a mail: its bytes, their type and file suffix, and its size in pixels of the file."""

    content: bytes
    content_type: str
    suffix: str
    width: int
    height: int


def fitted(content: bytes, column: int) -> Fitted:
    """Return the JPEG, PNG, GIF or WebP in ``content`` made fit for a column of ``column`` CSS pixels.

    The result is at most 2 columns wide and 2.5 columns high, never larger than the source, and holds neither metadata
    nor a colour profile. The same arguments give the same bytes. Raises ``IngestError`` for everything that is not such
    a picture, or is larger than 10 MB or 40 megapixels.
    """
    if not content:
        raise IngestError("The picture is an empty file.")
    if len(content) > MAX_BYTES:
        raise IngestError(f"The picture is larger than {MAX_BYTES // 1_000_000} MB.")
    with _ONE_AT_A_TIME, _only_bombs_warn():
        source = _opened(content)
        try:
            source.load()
            upright = _upright(_direct(source), _orientation(source), column)
        except _BOMB as error:
            raise _too_many_pixels() from error
        except _DAMAGED as error:
            raise IngestError("The picture is cut short or damaged.") from error
    return _encoded(_srgb(upright))


@contextmanager
def _only_bombs_warn() -> Iterator[None]:
    """Make an error of Pillow's warning of a bomb; its others are of metadata, which no mail will carry."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"PIL\.")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield


def _opened(content: bytes) -> Image.Image:
    """Return the picture with its header read and its pixels not."""
    if content.startswith(b"\xff\xd8") and _scans(content) > _MOST_SCANS:
        raise IngestError(f"The picture is a JPEG of more than {_MOST_SCANS} scans.")
    try:
        source = Image.open(BytesIO(content), formats=_FORMATS)
    except _BOMB as error:
        raise _too_many_pixels() from error
    except _DAMAGED as error:
        raise IngestError("The picture is no JPEG, PNG, GIF or WebP, or its beginning is damaged.") from error
    if source.width * source.height > MAX_PIXELS:
        raise _too_many_pixels()
    if min(source.size) <= _TRACKING:
        raise IngestError(f"The picture is {source.width} x {source.height} pixels, which nobody would see.")
    return source


def _too_many_pixels() -> IngestError:
    return IngestError(f"The picture has more than {MAX_PIXELS // 1_000_000} megapixels.")


def _scans(jpeg: bytes) -> int:
    """Return how many scans the first picture of ``jpeg`` has (ITU-T T.81, annex B), or one more than may be."""
    scans, at = 0, 2
    while scans <= _MOST_SCANS and (marker := _MARKER.search(jpeg, at)) and marker[1] != _END_OF_PICTURE:
        scans += marker[1] == _START_OF_SCAN
        at = marker.end() + int.from_bytes(jpeg[marker.end() : marker.end() + 2], "big")
    return scans


def _orientation(source: Image.Image) -> int:
    """Return how ``source`` lies (1 to 8, Exif 2.32, 4.6.4), 1 where it does not say so in a way to be understood."""
    try:
        said = source.getexif().get(ExifTags.Base.Orientation, 1)
    except _DAMAGED:
        return 1
    return said if isinstance(said, int) and said in _TURNS else 1


def _direct(source: Image.Image) -> Image.Image:
    """Return ``source`` with 8 bits a channel and without a palette: L, LA, RGB, RGBA or CMYK."""
    if source.mode.startswith("I"):
        return _eight_bit(source)
    if source.mode == "CMYK":
        return source
    mode = "L" if source.mode in {"1", "L", "LA"} else "RGB"
    if source.has_transparency_data:
        mode += "A"
    return source if source.mode == mode else source.convert(mode)


def _eight_bit(source: Image.Image) -> Image.Image:
    """Return the upper 8 of 16 bits of grey, which Pillow's own conversion would clip to white instead."""
    levels = source.convert("I")
    grey = levels.point([level >> 8 for level in range(1 << 16)], "L")
    if (clear := source.info.get("transparency")) is not None:
        grey.putalpha(levels.point([0 if level == clear else 255 for level in range(1 << 16)], "L"))
    return grey


def _upright(image: Image.Image, orientation: int, column: int) -> Image.Image:
    """Return ``image`` within the size that the column allows, and upright; the order saves a copy at full size."""
    limits = 2 * column, column * 5 // 2
    size = _within(image.size, limits[::-1] if orientation in _ON_ITS_SIDE else limits)
    resized = image if size == image.size else image.resize(size, Image.Resampling.LANCZOS)
    return resized.transpose(_TURNS[orientation]) if orientation in _TURNS else resized


def _within(size: tuple[int, int], limits: tuple[int, int]) -> tuple[int, int]:
    """Return the largest size of the same proportions that is neither above ``limits`` nor above ``size``."""
    scale = min(1.0, limits[0] / size[0], limits[1] / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _srgb(image: Image.Image) -> Image.Image:
    """Return ``image`` in RGB, or in RGBA where something of it is transparent, its profile applied."""
    profile = image.info.get("icc_profile")
    alpha = image.getchannel("A") if image.mode in {"LA", "RGBA"} else None
    colours = image.convert(image.mode.removesuffix("A"))
    rgb = _converted(colours, profile) if profile else colours.convert("RGB")
    if alpha is None or alpha.getextrema() == (255, 255):
        return rgb
    rgb.putalpha(alpha)
    # What is painted over with full transparency is often still there to be read, and costs bytes.
    return Image.composite(rgb, Image.new("RGBA", rgb.size), alpha.point([0] + [255] * 255))


def _converted(colours: Image.Image, profile: bytes) -> Image.Image:
    """Return ``colours`` in sRGB, ``profile`` ignored where it is broken or of other channels than the picture has."""
    try:
        source = ImageCms.getOpenProfile(BytesIO(profile))
        converted = ImageCms.profileToProfile(colours, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except ImageCms.PyCMSError:
        converted = None
    return converted or colours.convert("RGB")


def _encoded(image: Image.Image) -> Fitted:
    """Return ``image`` as PNG where it is transparent or has so few colours that this is smaller, else as JPEG."""
    # Pillow writes comments and profiles of the source from the image's info; made from pixels alone, it has none.
    bare = Image.frombytes(image.mode, image.size, image.tobytes())
    if bare.mode == "RGBA":
        return _png(bare)
    jpeg = _jpeg(bare)
    if bare.getcolors(_PALETTE) is None:
        return jpeg
    png = _png(_indexed(bare))
    return png if len(png.content) < len(jpeg.content) else jpeg


def _indexed(rgb: Image.Image) -> Image.Image:
    """Return ``rgb``, which has at most 256 colours, with exactly these as its palette (quantizing only comes near)."""
    pixels = memoryview(rgb.convert("RGBA").tobytes()).cast("I")
    colours = sorted(set(pixels))
    place = {colour: index for index, colour in enumerate(colours)}
    indexed = Image.frombytes("P", rgb.size, bytes(map(place.__getitem__, pixels)))
    indexed.putpalette(b"".join(struct.pack("=I", colour)[:3] for colour in colours))
    return indexed


def _jpeg(rgb: Image.Image) -> Fitted:
    out = BytesIO()
    rgb.save(out, "JPEG", quality=_QUALITY, subsampling="4:2:0", progressive=True, optimize=True)
    return Fitted(out.getvalue(), "image/jpeg", ".jpg", *rgb.size)


def _png(image: Image.Image) -> Fitted:
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return Fitted(out.getvalue(), "image/png", ".png", *image.size)
