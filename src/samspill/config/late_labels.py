"""Labels that Wagtail translates once, when its module is loaded, and then shows to everybody in that language."""

from __future__ import annotations

from django.utils.translation import gettext_lazy
from wagtail.images.forms import ImageInsertionForm

# Field of the form for putting a picture into a text -> Wagtail's msgid.
LABELS = {
    "format": "Format",
    "image_is_decorative": "Image is decorative",
    "alt_text": "Alt text",
}


def translate_late() -> None:
    """Let each reader have the labels in the language of the account."""
    for name, msgid in LABELS.items():
        ImageInsertionForm.base_fields[name].label = gettext_lazy(msgid)
