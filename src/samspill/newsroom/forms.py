"""The editor's form of our pages: says in words what Wagtail and Django only refuse."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.pages import WagtailAdminPageForm

from samspill.newsroom import tidy, times

TOO_LONG = _("Tittelen er på %(show_value)d tegn, og kan ha høyst %(limit_value)d. Kort den ned.")

TIMES = ("go_live_at", "expire_at")


class NewsroomPageForm(WagtailAdminPageForm):
    """Takes unseen signs out of what was typed or pasted, and remembers how many (told by a hook after saving)."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """The times stand in a tab of ours, so the side panel's button would open a dialogue that is not there."""
        super().__init_subclass__(**kwargs)
        cls.show_schedule_publishing_toggle = False  # on the subclass: Wagtail puts a mixin with a property before us

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        removed = 0
        if data is not None:
            removed = tidy.total_unseen(value for _name, values in lists_of(data) for value in values)
            data = without_unseen(data) if removed else data
        super().__init__(data, *args, **kwargs)
        self.instance.unseen_signs_removed = removed
        title = self.fields.get("title")
        if title is not None:
            # With the attribute the browser cuts a pasted title silently; without it we can say what is wrong.
            title.widget.attrs.pop("maxlength", None)
            kept = [validator for validator in title.validators if not isinstance(validator, MaxLengthValidator)]
            title.validators = [*kept, MaxLengthValidator(255, TOO_LONG)]
        for name in TIMES:
            if name in self.fields:
                self._use_oslo_time(name)
        brand = self.fields.get("brand")
        if isinstance(brand, forms.ModelChoiceField):
            brand.empty_label = _("Alle avsendere")
        if "slug" in self.fields:
            self.fields["slug"].required = False  # left empty, the page makes it of its title

    def _use_oslo_time(self, name: str) -> None:
        old = self.fields[name]
        self._bound_fields_cache.pop(name, None)  # Wagtail may have looked at the old one already
        self.fields[name] = times.OsloDateTimeField(
            label=old.label, required=old.required, widget=old.widget, help_text=old.help_text
        )

    def clean(self) -> dict[str, Any]:
        """A time that is sent as it was shown stays the moment it was; what is special about it is remembered."""
        for name in TIMES:
            stored, typed = self.initial.get(name), times.typed(self.data.get(self.add_prefix(name)) or "")
            if stored and typed == times.as_shown(stored):
                self.cleaned_data[name] = stored
        cleaned: dict[str, Any] = super().clean()
        go_live_at = self.data.get(self.add_prefix("go_live_at")) or ""
        self.instance.time_notes = times.notes(go_live_at, is_out=self.instance.live)
        return cleaned


def lists_of(data: Any) -> list[tuple[str, list[Any]]]:
    """Names and values of a QueryDict, or of a plain dict as tests use."""
    if hasattr(data, "lists"):
        return list(data.lists())
    return [(name, value if isinstance(value, list) else [value]) for name, value in data.items()]


def without_unseen(data: Any) -> Any:
    cleaned = data.copy()
    for name, values in lists_of(data):
        tidied = [tidy.without_unseen(value) if isinstance(value, str) else value for value in values]
        if tidied == values:
            continue
        if hasattr(cleaned, "setlist"):
            cleaned.setlist(name, tidied)
        else:
            cleaned[name] = tidied if isinstance(data[name], list) else tidied[0]
    return cleaned
