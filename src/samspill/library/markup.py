"""A picture as HTML: widths to choose from, sides known before it loads, alt text in the language that it is in."""

from __future__ import annotations

import logging

from django.forms.utils import flatatt
from django.utils.safestring import SafeString, mark_safe
from wagtail.images.models import SourceImageIOError

from samspill.library.models import Photo, Rendition

logger = logging.getLogger(__name__)
WIDTHS = (320, 800, 1600)  # pixels; a phone, a text column, the same on a fine screen
WITH_SIDES = ("fill", "max", "min")


def picture_tag(
    photo: Photo,
    spec: str,
    language: str,
    *,
    sizes: str = "",
    css_class: str = "",
    decorative: bool = False,
    lazy: bool = True,
    alt: str = "",
    alt_language: str = "",
    widths: tuple[int, ...] = WIDTHS,
) -> SafeString:
    """``<img>`` for a page in ``language``; ``spec`` is a Wagtail filter (``width-800``, ``fill-800x450``), made WebP.

    ``lang`` stands on the element when the alt text is in another language than the page (WCAG 2.2, 3.1.2).
    ``alt`` replaces the photo's own, e.g. what the editor wrote for this story, in ``alt_language`` or the page's.
    No candidate is larger than the photo. "" when the photo's file has gone.
    """
    try:
        base, candidates = _renditions(photo, spec, widths)
    except (SourceImageIOError, OSError):
        logger.warning("the file of photo %s can't be read", photo.pk)
        return mark_safe("")
    text, text_language = (alt, alt_language or language) if alt else photo.alt_in(language)
    if decorative or photo.decorative:
        text = ""
    attributes: dict[str, str | int | bool] = {"src": base.url}
    if len(candidates) > 1:
        attributes["srcset"] = ", ".join(f"{rendition.url} {rendition.width}w" for rendition in candidates)
        attributes["sizes"] = sizes or f"(min-width: {base.width}px) {base.width}px, 100vw"
    attributes |= {"width": base.width, "height": base.height, "alt": text}
    if text and text_language != language:
        attributes["lang"] = text_language
    if css_class:
        attributes["class"] = css_class
    if lazy:
        attributes |= {"loading": "lazy", "decoding": "async"}
    return mark_safe(f"<img{flatatt(attributes)}>")  # noqa: S308 - flatatt escapes


def _renditions(photo: Photo, spec: str, widths: tuple[int, ...]) -> tuple[Rendition, list[Rendition]]:
    """The one for ``src``, and all to choose from, narrowest first."""
    base = f"{spec}|format-webp"
    scaled = [f"{other}|format-webp" for other in _scaled(spec, widths)]
    made = photo.get_renditions(base, *scaled)
    by_width = {rendition.width: rendition for rendition in made.values()}
    return made[base], [by_width[width] for width in sorted(by_width)]


def _scaled(spec: str, widths: tuple[int, ...]) -> list[str]:
    """``spec`` at each of ``widths``; none for a filter that has no width of its own (``original``, ``height-200``)."""
    first, *rest = spec.split("|")
    kind, _, argument = first.partition("-")
    tail = "".join(f"|{part}" for part in rest)
    if kind == "width" and argument.isdigit():
        return [f"width-{width}{tail}" for width in widths]
    sides, _, extra = argument.partition("-")
    width_text, _, height_text = sides.partition("x")
    if kind in WITH_SIDES and width_text.isdigit() and height_text.isdigit() and int(width_text):
        ratio = int(height_text) / int(width_text)
        extra = f"-{extra}" if extra else ""
        return [f"{kind}-{width}x{max(1, round(width * ratio))}{extra}{tail}" for width in widths]
    return []
