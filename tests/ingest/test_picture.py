import struct
import warnings
import zlib
from collections.abc import Callable
from fractions import Fraction
from io import BytesIO
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from newsletter.errors import IngestError
from newsletter.ingest.picture import MAX_BYTES, Fitted, fitted

COLUMN = 100
RED, GREEN, WHITE = (255, 0, 0), (0, 128, 0), (255, 255, 255)


def chance(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - the same pictures every time


def photo(width: int = 320, height: int = 180, mode: str = "RGB") -> Image.Image:
    """A picture of more colours than a palette holds, without noise that a JPEG would change much."""
    across = Image.linear_gradient("L").rotate(90).resize((width, height))
    down = Image.linear_gradient("L").resize((width, height))
    slanted = Image.radial_gradient("L").resize((width, height))
    return Image.merge("RGB", (across, down, slanted)).convert(mode)


def drawing(width: int = 320, height: int = 180) -> Image.Image:
    """A white sheet with a red mark in its upper left corner."""
    sheet = Image.new("RGB", (width, height), WHITE)
    sheet.paste(RED, (0, 0, width // 4, height // 4))
    return sheet


def grain(width: int = 150, height: int = 150) -> Image.Image:
    """Shades of grey that differ from pixel to pixel."""
    return Image.frombytes("L", (width, height), chance(1).randbytes(width * height))


def saved(image: Image.Image, kind: str = "PNG", **given: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **given)
    return out.getvalue()


def shown(made: Fitted) -> Image.Image:
    """The result, read by Pillow; what is said of it is checked on the way."""
    image = Image.open(BytesIO(made.content))
    image.load()
    assert image.size == (made.width, made.height)
    assert (made.content_type, made.suffix) == {
        "JPEG": ("image/jpeg", ".jpg"),
        "PNG": ("image/png", ".png"),
    }[image.format or ""]
    return image


def pixel(image: Image.Image, across: float, down: float) -> tuple[int, ...]:
    found = image.convert("RGBA").getpixel((int(image.width * across), int(image.height * down)))
    assert isinstance(found, tuple)
    return tuple(int(level) for level in found)


def near(found: tuple[int, ...], wanted: tuple[int, ...], by: int = 12) -> bool:
    return all(abs(one - other) <= by for one, other in zip(found, wanted, strict=False))


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_header(width: int, height: int) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def png_of_16_bits(colour_type: int, samples: list[int], width: int = 4, height: int = 4, clear: bytes = b"") -> bytes:
    """A PNG with the same pixel all over, which Pillow itself cannot write with 16 bits a channel."""
    row = b"\x00" + struct.pack(f">{len(samples)}H", *samples) * width
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, colour_type, 0, 0, 0))
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            header,
            chunk(b"tRNS", clear) if clear else b"",
            chunk(b"IDAT", zlib.compress(row * height)),
            chunk(b"IEND", b""),
        )
    )


SOURCES = [
    *[("JPEG", mode) for mode in ("L", "RGB", "CMYK")],
    *[("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")],
    *[("GIF", mode) for mode in ("1", "L", "P")],
    *[("WEBP", mode) for mode in ("RGB", "RGBA")],
]


@pytest.mark.parametrize(("kind", "mode"), SOURCES)
def test_every_kind_of_picture_becomes_one_that_mail_programs_show(kind: str, mode: str) -> None:
    made = shown(fitted(saved(photo(mode="L" if mode == "I;16" else "RGB").convert(mode), kind), COLUMN))
    assert made.size == (200, 112)
    assert made.mode in {"RGB", "P"}


def test_a_photo_becomes_a_progressive_jpeg_with_half_the_colour() -> None:
    made = fitted(saved(photo(), "PNG"), COLUMN)
    image = shown(made)
    assert image.format == "JPEG"
    assert image.info["progressive"]
    frame = made.content[made.content.index(b"\xff\xc2") :]
    assert frame[11] == 0x22  # both sampling factors of the brightness (T.81, B.2.2), so 4:2:0
    assert frame[14] == 0x11


def test_a_photo_looks_as_before() -> None:
    image = shown(fitted(saved(photo()), COLUMN))
    for across, down in [(0.1, 0.1), (0.9, 0.1), (0.5, 0.5), (0.1, 0.9), (0.9, 0.9)]:
        assert near(pixel(image, across, down), pixel(photo(), across, down))


def test_a_drawing_becomes_a_small_png_of_just_its_colours() -> None:
    source = drawing(150, 90)
    made = fitted(saved(source), COLUMN)
    image = shown(made)
    assert (image.format, image.mode) == ("PNG", "P")
    assert image.convert("RGB").tobytes() == source.tobytes()
    assert len(made.content) < 500


def test_all_256_colours_of_a_palette_stay_what_they_are() -> None:
    rng = chance(4)
    colours = [(rng.randrange(256), rng.randrange(256), rng.randrange(256)) for _ in range(256)]
    source = Image.new("RGB", (128, 128))
    for number, colour in enumerate(colours):
        source.paste(colour, (number % 16 * 8, number // 16 * 8, number % 16 * 8 + 8, number // 16 * 8 + 8))
    image = shown(fitted(saved(source), COLUMN))
    assert image.mode == "P"
    assert image.convert("RGB").tobytes() == source.tobytes()


def test_a_grey_photo_is_a_jpeg_though_it_has_few_shades() -> None:
    assert shown(fitted(saved(grain()), COLUMN)).format == "JPEG"


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_transparency_stays(kind: str) -> None:
    source = photo(mode="RGBA")
    source.paste((0, 0, 0, 0), (0, 0, 160, 180))
    image = shown(fitted(saved(source, kind), COLUMN))
    assert (image.format, image.mode) == ("PNG", "RGBA")
    assert pixel(image, 0.2, 0.5)[3] == 0
    assert pixel(image, 0.8, 0.5)[3] == 255


@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_transparency_of_a_palette_stays(kind: str) -> None:
    source = drawing().quantize(2)
    corner = source.getpixel((0, 0))
    image = shown(fitted(saved(source, kind, transparency=corner), COLUMN))
    assert image.mode == "RGBA"
    assert pixel(image, 0.1, 0.1)[3] == 0
    assert pixel(image, 0.9, 0.9) == (255, 255, 255, 255)


def test_half_transparent_grey_stays_half_transparent() -> None:
    image = shown(fitted(saved(Image.new("LA", (50, 50), (90, 128))), COLUMN))
    assert pixel(image, 0.5, 0.5) == (90, 90, 90, 128)


def test_an_alpha_channel_that_hides_nothing_is_left_out() -> None:
    assert shown(fitted(saved(photo(mode="RGBA")), COLUMN)).format == "JPEG"


def test_what_is_hidden_by_full_transparency_cannot_be_read_from_the_mail() -> None:
    secret = Image.new("RGBA", (50, 50), (200, 30, 60, 0))
    secret.paste((1, 2, 3, 255), (0, 0, 10, 10))
    image = shown(fitted(saved(secret), COLUMN))
    assert {colour for _, colour in image.getcolors() or []} == {(0, 0, 0, 0), (1, 2, 3, 255)}


ARRANGED: dict[int, Callable[[Image.Image], Image.Image]] = {
    1: lambda image: image,
    2: lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    3: lambda image: image.rotate(180),
    4: lambda image: image.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
    5: lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT).rotate(90, expand=True),
    6: lambda image: image.rotate(90, expand=True),
    7: lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT).rotate(-90, expand=True),
    8: lambda image: image.rotate(-90, expand=True),
}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", ARRANGED)
def test_a_picture_that_lies_on_its_side_is_set_upright(orientation: int, kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    lying = ARRANGED[orientation](drawing(400, 200))
    image = shown(fitted(saved(lying, kind, exif=exif), COLUMN))
    assert image.size == (200, 100)
    assert near(pixel(image, 0.08, 0.08), RED, 40)
    assert all(near(pixel(image, *corner), WHITE, 20) for corner in [(0.9, 0.1), (0.1, 0.9), (0.9, 0.9)])
    assert 0x0112 not in image.getexif()


@pytest.mark.parametrize("value", [0, 9, 6000])
def test_an_orientation_that_there_is_not_turns_nothing(value: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = value
    assert shown(fitted(saved(drawing(150, 80), "JPEG", exif=exif), COLUMN)).size == (150, 80)


def test_exif_that_is_broken_costs_no_picture() -> None:
    exif = b"Exif\x00\x00II*\x00\x08\x00\x00\x00\xff\x00" + b"\x12\x01\x03\x00\xff\xff\xff\x7f\xff\xff\xff\xff"
    bare = saved(photo(), "JPEG")
    jfif = 4 + struct.unpack(">H", bare[4:6])[0]
    without_density = bare[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + bare[jfif:]
    assert shown(fitted(without_density, COLUMN)).size == (200, 112)


def with_metadata(kind: str) -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif[0x8825] = {1: "N", 2: (53.0, 33.0, 7.5), 29: "2026:11:17-SecretDay"}
    given: dict[str, Any] = {"exif": exif, "xmp": b"<x:xmpmeta>SecretWord</x:xmpmeta>", "comment": b"SecretNote"}
    if kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", "SecretNote")
        text.add_itxt("XML:com.adobe.xmp", "SecretWord")
        given = {"exif": exif, "pnginfo": text}
    return saved(photo(150, 90).quantize(64) if kind == "GIF" else photo(150, 90), kind, **given)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_no_place_name_or_comment_goes_out_with_a_picture(kind: str) -> None:
    source = with_metadata(kind)
    assert b"Secret" in source
    made = fitted(source, COLUMN)
    image = shown(made)
    assert b"Secret" not in made.content
    assert b"Exif" not in made.content
    assert dict(image.getexif()) == {}
    assert not {"exif", "xmp", "comment", "Comment", "icc_profile", "XML:com.adobe.xmp"} & set(image.info)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_what_hides_behind_the_end_of_the_file_is_gone(kind: str) -> None:
    made = fitted(saved(photo(150, 90), kind) + b"PK\x03\x04<script>payload()</script>" * 50, COLUMN)
    assert b"payload" not in made.content
    assert shown(made).size == (150, 90)


def test_a_small_jpeg_that_would_do_as_it_is_is_written_anew() -> None:
    source = saved(grain(), "JPEG", quality=20)
    made = fitted(source, COLUMN)
    assert made.content != source
    assert len(made.content) > len(source)


def test_printers_colours_become_those_of_screens() -> None:
    image = shown(fitted(saved(Image.new("CMYK", (60, 60), (0, 255, 255, 0)), "JPEG"), COLUMN))
    assert near(pixel(image, 0.5, 0.5), RED)


def test_a_colour_profile_is_applied_and_left_out() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    swapped = swapped_profile()
    made = fitted(saved(Image.new("RGB", (60, 60), RED), icc_profile=swapped), COLUMN)
    assert near(pixel(shown(made), 0.5, 0.5), (0, 255, 0), 3)
    assert b"iCCP" not in made.content
    other = fitted(saved(Image.new("RGB", (60, 60), RED), icc_profile=lab), COLUMN)
    assert pixel(shown(other), 0.5, 0.5) == (*RED, 255)


def swapped_profile() -> bytes:
    """The profile of a screen whose red is our green and the other way round: sRGB with two of its tags exchanged."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"tmp!").replace(b"gXYZ", b"rXYZ").replace(b"tmp!", b"gXYZ")


def test_a_profile_leaves_transparency_alone() -> None:
    source = Image.new("RGBA", (60, 60), (*RED, 128))
    image = shown(fitted(saved(source, icc_profile=swapped_profile()), COLUMN))
    assert near(pixel(image, 0.5, 0.5), (0, 255, 0, 128), 3)


@pytest.mark.parametrize("length", [0, 1, 100, 300])
def test_a_broken_profile_is_ignored(length: int) -> None:
    source = saved(Image.new("RGB", (60, 60), GREEN), "JPEG", icc_profile=swapped_profile()[:length] + b"?")
    assert near(pixel(shown(fitted(source, COLUMN)), 0.5, 0.5), GREEN, 3)


@pytest.mark.parametrize(
    ("colour_type", "samples", "clear", "wanted"),
    [
        (0, [0x8000], b"", (128, 128, 128, 255)),
        (0, [0x1234], b"", (0x12, 0x12, 0x12, 255)),
        (0, [0x8000], b"\x80\x00", (0, 0, 0, 0)),
        (0, [0x8001], b"\x80\x00", (128, 128, 128, 255)),
        (2, [0xFFFF, 0x8000, 0x0100], b"", (255, 128, 1, 255)),
        (4, [0x8000, 0x4000], b"", (128, 128, 128, 64)),
        (6, [0xFFFF, 0x8000, 0x0100, 0x4000], b"", (255, 128, 1, 64)),
    ],
)
def test_sixteen_bits_become_the_upper_eight(
    colour_type: int, samples: list[int], clear: bytes, wanted: tuple[int, ...]
) -> None:
    assert pixel(shown(fitted(png_of_16_bits(colour_type, samples, clear=clear), COLUMN)), 0.5, 0.5) == wanted


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_of_a_moving_picture_the_first_frame_is_kept(kind: str) -> None:
    frames = [Image.new("RGB", (60, 60), colour) for colour in (GREEN, RED, WHITE)]
    source = saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    image = shown(fitted(source, COLUMN))
    assert near(pixel(image, 0.5, 0.5), GREEN, 6)
    assert getattr(image, "n_frames", 1) == 1


@pytest.mark.parametrize(
    ("size", "wanted"),
    [
        ((200, 250), (200, 250)),
        ((201, 100), (200, 100)),
        ((40, 30), (40, 30)),
        ((100, 251), (100, 250)),
        ((3, 30_000), (1, 250)),
        ((30_000, 3), (200, 1)),
        ((4000, 3000), (200, 150)),
        ((3000, 4000), (188, 250)),
    ],
)
def test_a_picture_fits_twice_the_column_and_is_never_enlarged(size: tuple[int, int], wanted: tuple[int, int]) -> None:
    assert shown(fitted(saved(Image.new("L", size, 90)), COLUMN)).size == wanted


@settings(max_examples=60, deadline=None)
@given(width=st.integers(3, 3000), height=st.integers(3, 3000), column=st.integers(40, 700))
def test_every_picture_fits_and_keeps_its_proportions(width: int, height: int, column: int) -> None:
    made = shown(fitted(saved(Image.new("1", (width, height)), compress_level=1), column))
    widest, highest = 2 * column, 5 * column // 2
    assert made.width <= min(width, widest)
    assert made.height <= min(height, highest)
    scale = min(Fraction(1), Fraction(widest, width), Fraction(highest, height))
    for found, before in zip(made.size, (width, height), strict=True):
        assert found == 1 or abs(found - before * scale) <= Fraction(1, 2)
    assert scale < 1 or made.size == (width, height)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_the_same_picture_gives_the_same_bytes(kind: str) -> None:
    source = saved(photo(), kind)
    assert fitted(source, COLUMN) == fitted(bytes(bytearray(source)), COLUMN)


NOT_PICTURES = {
    "svg": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": b"<!doctype html><html><img src=x></html>",
    "garbage": chance(7).randbytes(5000),
    "photoshop": b"8BPS\x00\x01" + bytes(200),
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
    "zip": b"PK\x03\x04" + bytes(200),
    "signature of a PNG": b"\x89PNG\r\n\x1a\n",
    "start of a JPEG": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "start of a GIF": b"GIF89a",
    "start of a WebP": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
}


@pytest.mark.parametrize("content", NOT_PICTURES.values(), ids=NOT_PICTURES)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(IngestError, match="no JPEG, PNG, GIF or WebP"):
        fitted(content, COLUMN)


@pytest.mark.parametrize("kind", ["TIFF", "ICO", "BMP", "PPM", "JPEG2000", "TGA", "PDF", "AVIF"])
def test_pictures_that_mail_programs_do_not_show_are_refused(kind: str) -> None:
    with pytest.raises(IngestError, match="no JPEG, PNG, GIF or WebP"):
        fitted(saved(photo(64, 64), kind), COLUMN)


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(IngestError, match="empty file"):
        fitted(b"", COLUMN)


def test_a_file_of_too_many_bytes_is_refused() -> None:
    source = saved(photo(), "JPEG")
    assert shown(fitted(source + bytes(MAX_BYTES - len(source)), COLUMN)).width == 200
    with pytest.raises(IngestError, match="larger than 10 MB"):
        fitted(source + bytes(MAX_BYTES - len(source) + 1), COLUMN)


@pytest.mark.parametrize("size", [(50_000, 50_000), (12_000, 12_000), (9000, 9000), (8000, 5001)])
def test_a_picture_that_claims_too_many_pixels_is_refused_by_its_header(size: tuple[int, int]) -> None:
    """Of the four sizes Pillow refuses the first by itself, warns of the second, and would decode the others."""
    with pytest.raises(IngestError, match="more than 40 megapixels"):
        fitted(png_header(*size), COLUMN)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "JPEG"])
def test_a_header_of_any_kind_that_claims_too_many_pixels_is_refused(kind: str) -> None:
    source = bytearray(saved(photo(64, 64), kind))
    if kind == "GIF":
        source[6:10] = struct.pack("<HH", 60_000, 60_000)
    elif kind == "WEBP":
        source[26:30] = struct.pack("<HH", 16_000, 16_000)
    else:
        frame = source.index(b"\xff\xc0")
        source[frame + 5 : frame + 9] = struct.pack(">HH", 60_000, 60_000)
    with pytest.raises(IngestError, match="more than 40 megapixels"):
        fitted(bytes(source), COLUMN)


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (1, 400), (400, 2)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_a_tracking_pixel_is_no_picture(kind: str, size: tuple[int, int]) -> None:
    with pytest.raises(IngestError, match="nobody would see"):
        fitted(saved(Image.new("RGB", size, WHITE), kind), COLUMN)


@pytest.mark.parametrize("tenths", range(10))
@pytest.mark.parametrize("kind", ["JPEG", "progressive JPEG", "PNG", "GIF", "WEBP"])
def test_a_picture_that_is_cut_short_is_refused(kind: str, tenths: int) -> None:
    source = saved(photo(), kind.removeprefix("progressive "), **({"progressive": True} if " " in kind else {}))
    with pytest.raises(IngestError, match=r"^The picture [^.]+\.$"):
        fitted(source[: len(source) * tenths // 10], COLUMN)


def test_a_jpeg_of_endless_scans_is_refused() -> None:
    """Each scan costs a pass over all pixels: ten megabytes of empty ones would keep the machine busy for hours."""
    source = saved(photo(), "JPEG", progressive=True)
    scan = source.rindex(b"\xff\xda")
    with pytest.raises(IngestError, match="more than 100 scans"):
        fitted(source[:-2] + source[scan:-2] * 100 + source[-2:], COLUMN)


def test_a_palette_that_is_missing_is_damage() -> None:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 3, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(bytes(72)))
    with pytest.raises(IngestError, match="damaged"):
        fitted(b"\x89PNG\r\n\x1a\n" + header + pixels + chunk(b"IEND", b""), COLUMN)


def test_what_only_looks_like_scans_is_none() -> None:
    comment = saved(photo(), "JPEG", comment=b"\xff\xda\x00\x02" * 200)
    assert shown(fitted(comment + b"\x00\x02" + b"\xff\xda\x00\x02" * 200, COLUMN)).size == (200, 112)


def test_bytes_that_lie_give_a_picture_or_a_sentence_and_nothing_else() -> None:
    rng = chance(11)
    sources = [with_metadata(kind) for kind in ("JPEG", "PNG", "GIF", "WEBP")]
    refused = 0
    for _ in range(400):
        source = bytearray(rng.choice(sources))
        for _ in range(rng.randrange(1, 8)):
            source[rng.randrange(len(source))] = rng.randrange(256)
        try:
            shown(fitted(bytes(source), COLUMN))
        except IngestError:
            refused += 1
    assert 0 < refused < 400


def test_warnings_and_limits_of_pillow_are_left_as_they_were() -> None:
    before = (list(warnings.filters), Image.MAX_IMAGE_PIXELS)
    fitted(saved(photo()), COLUMN)
    with pytest.raises(IngestError):
        fitted(png_header(12_000, 12_000), COLUMN)
    assert (list(warnings.filters), Image.MAX_IMAGE_PIXELS) == before
