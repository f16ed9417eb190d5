"""Wagtail's image form, with our door for the file and a hint for the alternative text."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.images.forms import BaseImageForm

from samspill.library.fields import PhotoUploadField
from samspill.library.names import clean_title
from samspill.library.words import notes_in_words

ON_ONE_LINE = ("alt_nb", "alt_nn", "alt_en", "credit")
ON_LINES = ("caption_nb", "caption_nn", "caption_en")


class TitleField(forms.CharField):
    """A title often comes from a file's name: cleaned before it is judged."""

    def to_python(self, value: Any) -> str:
        return clean_title(super().to_python(value) or "")


class PhotoForm(BaseImageForm):
    """Used by Wagtail for every way in: one, many, chooser, edit (see ``LibraryConfig.ready``)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            self._use(PhotoUploadField, "file")
        if "title" in self.fields:
            self._use(TitleField, "title", max_length=self.fields["title"].max_length)
            if self.instance.pk and self.instance.intake_notes:
                self.fields["title"].help_text = " ".join(notes_in_words(self.instance.intake_notes))
        for name in ON_ONE_LINE + ON_LINES:
            if name in self.fields and isinstance(self.fields[name].widget, forms.Textarea):
                self.fields[name].widget = AdminAutoHeightTextInput()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in ON_ONE_LINE:
            if cleaned.get(name):
                cleaned[name] = clean_title(cleaned[name])
        for name in ON_LINES:
            if cleaned.get(name):
                cleaned[name] = unicodedata.normalize("NFC", cleaned[name])
        return cleaned

    def _use(self, field_class: type[forms.Field], name: str, **options: Any) -> None:
        old = self.fields[name]
        self._bound_fields_cache.pop(name, None)  # Wagtail has looked at the old one already
        self.fields[name] = field_class(label=old.label, required=old.required, widget=old.widget, **options)
