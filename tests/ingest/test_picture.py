import io
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw

from newsletter.errors import IngestError
from newsletter.ingest.picture import MAX_BYTES, Fitted, fitted


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    return Image.effect_noise((width, height), 90).convert(mode)


def saved(picture: Image.Image, form: str, **given_: Any) -> bytes:
    kept = io.BytesIO()
    picture.save(kept, form, **given_)
    return kept.getvalue()


def seen(made: Fitted) -> Image.Image:
    """The finished picture as a reader's program opens it."""
    with Image.open(io.BytesIO(made.content)) as picture:
        picture.load()
        return picture.copy()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP"])
def test_every_kind_that_mail_programs_show_is_taken_by_its_content(form: str) -> None:
    made = fitted(saved(noise(1600, 900), form), 560)
    assert (made.width, made.height) == (1120, 630) == seen(made).size
    assert made.content_type == f"image/{'jpeg' if made.suffix == '.jpg' else 'png'}"


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
def test_every_kind_of_colours_becomes_one_that_the_web_knows(mode: str) -> None:
    picture = Image.new("I;16", (300, 200), 40_000) if mode == "I;16" else noise(300, 200).convert(mode)
    assert seen(fitted(saved(picture, "PNG"), 560)).mode in {"RGB", "RGBA", "P", "L"}


def test_sixteen_bits_are_scaled_and_not_cut_off() -> None:
    grey = seen(fitted(saved(Image.new("I;16", (300, 200), 32_768), "PNG"), 560)).convert("L")
    darkest, lightest = grey.getextrema()
    assert 126 <= darkest <= lightest <= 130  # type: ignore[operator]  # one band has one pair


def test_print_colours_become_screen_colours() -> None:
    red = Image.new("CMYK", (300, 200), (0, 255, 255, 0))
    found = seen(fitted(saved(red, "JPEG"), 560)).convert("RGB").getpixel((150, 100))
    assert isinstance(found, tuple)
    assert found[0] > 180
    assert max(found[1:]) < 90


def test_a_colour_profile_is_applied_and_a_broken_one_ignored() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for given_ in (profile, b"no profile at all"):
        assert seen(fitted(saved(noise(300, 200), "JPEG", icc_profile=given_), 560)).info.get("icc_profile") is None


def test_a_picture_that_was_taken_sideways_stands_upright() -> None:
    picture = Image.new("RGB", (400, 200), "white")
    ImageDraw.Draw(picture).rectangle((0, 0, 60, 60), fill="red")  # top left in the file, top right once turned
    exif = Image.Exif()
    exif[0x0112] = 6
    made = seen(fitted(saved(picture, "JPEG", exif=exif), 560)).convert("RGB")
    assert made.size == (200, 400)
    red, white = made.getpixel((180, 20)), made.getpixel((20, 20))
    assert isinstance(red, tuple)
    assert red[0] > 200
    assert red[1] < 100
    assert isinstance(white, tuple)
    assert min(white) > 200


def test_what_is_transparent_stays_so_and_what_only_might_be_does_not_cost_a_png() -> None:
    ghost = noise(300, 200, "RGBA")
    ghost.putalpha(Image.linear_gradient("L").resize((300, 200)))
    made = fitted(saved(ghost, "PNG"), 560)
    assert made.suffix == ".png"
    assert seen(made).getchannel("A").getextrema() == (0, 255)
    assert fitted(saved(noise(300, 200, "RGBA"), "PNG"), 560).suffix == ".jpg"


def test_a_drawing_of_few_colours_stays_sharp() -> None:
    drawing = Image.new("RGB", (600, 400), "white")
    ImageDraw.Draw(drawing).line((0, 0, 600, 400), fill="black", width=5)
    made = fitted(saved(drawing, "PNG"), 560)
    assert made.suffix == ".png"
    assert set(seen(made).convert("RGB").getcolors() or ()) >= {(n, c) for n, c in drawing.getcolors() or ()}


def test_nothing_travels_with_the_picture_but_what_is_seen() -> None:
    exif = Image.Exif()
    exif[0x010E] = "SECRET-DESCRIPTION"
    exif.get_ifd(0x8825)[1] = "SECRET-NORTH"
    content = saved(noise(300, 200), "JPEG", exif=exif, comment=b"SECRET-COMMENT") + b"SECRET-<script>alert(1)</script>"
    made = fitted(content, 560)
    assert b"SECRET" in content
    assert b"SECRET" not in made.content
    assert b"Exif" not in made.content


def test_an_animation_keeps_its_first_frame() -> None:
    frames = [Image.new("RGB", (300, 200), colour) for colour in ("red", "blue")]
    content = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    pixel = seen(fitted(content, 560)).convert("RGB").getpixel((5, 5))
    assert isinstance(pixel, tuple)
    assert pixel[0] > 200


def test_a_picture_is_never_enlarged_and_never_a_tower() -> None:
    assert fitted(saved(noise(200, 100), "PNG"), 560).width == 200
    tall = fitted(saved(noise(300, 4000), "JPEG"), 560)
    assert (tall.width, tall.height) == (105, 1400)


def test_the_same_bytes_make_the_same_picture() -> None:
    content = saved(noise(900, 700), "JPEG")
    assert fitted(content, 268) == fitted(content, 268)


def claimed(width: int, height: int) -> bytes:
    """A PNG whose header claims a size and that has almost nothing in it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "cannot be read"),
        (b"<html>Sign in</html>", "cannot be read"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "cannot be read"),
        (saved(noise(300, 200), "TIFF"), "cannot be read"),
        (saved(noise(300, 200), "BMP"), "cannot be read"),
        (claimed(50_000, 50_000), "cannot be read|million pixels"),
        (claimed(8_000, 6_000), "million pixels"),
        (claimed(300, 200), "cannot be read"),
        (saved(Image.new("RGB", (1, 1)), "GIF"), "too small"),
        (b"x" * (MAX_BYTES + 1), "larger than 10 MB"),
    ],
)
def test_what_is_no_picture_for_a_mail_is_refused_in_a_sentence(content: bytes, words: str) -> None:
    with pytest.raises(IngestError, match=words):
        fitted(content, 560)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP"])
@pytest.mark.parametrize("tenth", range(1, 10))
def test_a_picture_that_breaks_off_is_refused_wherever_it_breaks(form: str, tenth: int) -> None:
    whole = saved(noise(300, 200), form)
    with pytest.raises(IngestError):
        fitted(whole[: len(whole) * tenth // 10], 560)


@settings(max_examples=40)
@given(st.integers(3, 2500), st.integers(3, 2500), st.sampled_from([268, 510, 560]))
def test_whatever_its_size_a_picture_fits_and_keeps_its_shape(width: int, height: int, column: int) -> None:
    made = fitted(saved(Image.new("RGB", (width, height), "navy"), "PNG"), column)
    assert made.width <= min(width, 2 * column)
    assert made.height <= min(height, 2.5 * column + 1)
    scale = min(1, 2 * column / width, round(2.5 * column) / height)
    assert abs(made.width - width * scale) <= 1
    assert abs(made.height - height * scale) <= 1
