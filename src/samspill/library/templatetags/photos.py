from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from samspill.library.markup import picture_tag
from samspill.library.models import Photo

register = template.Library()


@register.simple_tag
def photo(image: Photo | None, spec: str, language: str = "", **options: Any) -> SafeString:
    """``{% photo page.image "width-800" language=page.language sizes="..." class="..." loading="eager" %}``

    ``decorative=True`` silences it; the rest as in ``markup.picture_tag``. ``loading="eager"`` is for the first picture
    on a page. Nothing for no picture.
    """
    if image is None:
        return mark_safe("")
    return picture_tag(
        image,
        spec,
        language or get_language() or "nb",
        css_class=options.pop("class", ""),
        lazy=options.pop("loading", "lazy") == "lazy",
        **options,
    )
