"""A picture made to fit, and changed no more than it must be. Pure functions."""

from __future__ import annotations

import time
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from samspill.library.fit import PictureSpec, fit
from samspill.library.refusals import PictureRefused, Refusal
from tests import pictures

BOTH = ("image/jpeg", "image/png")
X = PictureSpec(5_000_000, ("image/jpeg", "image/png", "image/gif", "image/webp"))


def test_what_fits_already_is_not_touched():
    data = pictures.photo()
    assert fit(data, "image/jpeg", X).data == data


def test_equal_rules_have_equal_keys_and_others_do_not():
    assert PictureSpec(10, ("a", "b")).key == PictureSpec(10, ("b", "a")).key
    keys = {PictureSpec(10, BOTH).key, PictureSpec(11, BOTH).key, PictureSpec(10, BOTH, 5).key}
    keys |= {PictureSpec(10, BOTH, 0, 5).key, PictureSpec(10, BOTH[:1]).key}
    assert len(keys) == 5
    assert all(len(key) < 200 for key in keys)


def test_the_longer_side_ends_at_the_limit_exactly():
    fitted = fit(pictures.photo(1600, 1000), "image/jpeg", PictureSpec(0, BOTH, max_side=1024))
    assert (fitted.width, fitted.height) == (1024, 640)
    fitted = fit(pictures.photo(1000, 1600), "image/jpeg", PictureSpec(0, BOTH, max_side=1024))
    assert (fitted.width, fitted.height) == (640, 1024)


def test_pixels_end_at_the_limit():
    fitted = fit(pictures.photo(1600, 1000), "image/jpeg", PictureSpec(0, BOTH, max_pixels=500_000))
    assert 480_000 < fitted.width * fitted.height <= 500_000


def test_too_many_bytes_make_it_coarser_before_they_make_it_smaller():
    data = pictures.photo(quality=98)
    fitted = fit(data, "image/jpeg", PictureSpec(int(len(data) * 0.7), BOTH))
    assert (fitted.width, fitted.height) == (1600, 1000)
    assert len(data) * 0.3 < len(fitted.data) <= len(data) * 0.7


def test_far_too_many_bytes_make_it_smaller():
    fitted = fit(pictures.photo(), "image/jpeg", PictureSpec(40_000, BOTH))
    assert 20_000 < len(fitted.data) <= 40_000
    assert fitted.width < 1600


def test_a_transparent_picture_stays_so_where_png_is_taken_and_lies_on_white_elsewhere():
    data = pictures.transparent_png()
    assert fit(data, "image/png", PictureSpec(0, BOTH, max_side=60)).mime == "image/png"
    flat = fit(data, "image/png", PictureSpec(0, ("image/jpeg",)))
    assert flat.mime == "image/jpeg"
    assert min(Image.open(BytesIO(flat.data)).getpixel((110, 40))) > 245


def test_a_heavy_png_becomes_jpeg_where_that_is_lighter():
    data = pictures.save(pictures.landscape(600, 400), "PNG")
    fitted = fit(data, "image/png", PictureSpec(len(data) // 3, BOTH))
    assert (fitted.mime, fitted.width) == ("image/jpeg", 600)


def test_where_only_png_is_taken_it_shrinks():
    data = pictures.save(pictures.landscape(600, 400), "PNG")
    fitted = fit(data, "image/png", PictureSpec(len(data) // 3, ("image/png",)))
    assert fitted.mime == "image/png"
    assert len(fitted.data) <= len(data) // 3


def test_a_palette_keeps_its_colours_when_it_shrinks():
    data = pictures.save(pictures.halves().convert("P", palette=Image.Palette.ADAPTIVE), "PNG")
    fitted = fit(data, "image/png", PictureSpec(0, BOTH, max_side=300))
    assert Image.open(BytesIO(fitted.data)).convert("RGB").getpixel((20, 20)) == pytest.approx(pictures.RED, abs=8)


@pytest.mark.parametrize("spec", [PictureSpec(0, ("image/gif",)), PictureSpec(100, BOTH), PictureSpec(1, BOTH)])
def test_what_cannot_be_done_is_said(spec):
    with pytest.raises(PictureRefused) as refused:
        fit(pictures.photo(400, 300), "image/jpeg", spec)
    assert refused.value.code == Refusal.CANNOT_FIT


def test_the_photographer_comes_along():
    data = pictures.save(pictures.landscape(), "JPEG", exif=pictures.camera_exif(artist="Åse Ærlig"))
    from samspill.library.intake import take_in

    fitted = fit(take_in(data, "a.jpg").data, "image/jpeg", PictureSpec(0, BOTH, max_side=500))
    assert "Åse Ærlig".encode() in fitted.data
    assert b"SERIAL" not in fitted.data


SOURCES = {
    "image/jpeg": pictures.photo(500, 300),
    "image/png": pictures.transparent_png(300, 500),
}


@settings(max_examples=60, deadline=None)
@given(
    mime=st.sampled_from(sorted(SOURCES)),
    spec=st.builds(
        PictureSpec,
        st.integers(2_000, 60_000),
        st.sampled_from([BOTH, ("image/jpeg",), ("image/png", "image/webp")]),
        st.integers(0, 600),
        st.integers(0, 200_000),
    ),
)
def test_what_comes_out_obeys_the_rules_and_is_the_same_each_time(mime, spec):
    try:
        fitted = fit(SOURCES[mime], mime, spec)
    except PictureRefused:
        return
    image = Image.open(BytesIO(fitted.data))
    assert spec.takes(image.get_format_mimetype(), len(fitted.data), *image.size)
    assert image.size == (fitted.width, fitted.height)
    assert fit(SOURCES[mime], mime, spec) == fitted


def test_24_megapixels_take_no_more_than_a_few_seconds_on_a_busy_machine():
    """Some 0.6 s on an idle core."""
    data = pictures.photo(6000, 4000)
    start = time.process_time()
    fitted = fit(data, "image/jpeg", PictureSpec(5_000_000, BOTH, max_side=2048))
    assert fitted.width == 2048
    assert time.process_time() - start < 4
