"""The desk's form for a new token."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from samspill.api.scopes import LABELS, Scope
from samspill.api.tokens import LIFETIMES
from samspill.library.names import clean_title


class NameField(forms.CharField):
    def to_python(self, value: Any) -> str:
        return clean_title(super().to_python(value) or "")


class TokenForm(forms.Form):
    name = NameField(
        label=_("Hva skal nøkkelen brukes til?"),
        max_length=100,
        help_text=_("Så du kjenner den igjen, for eksempel navnet på systemet."),
        error_messages={"required": _("Skriv hva nøkkelen skal brukes til.")},
    )
    scopes = forms.MultipleChoiceField(
        label=_("Hva skal den kunne brukes til å gjøre?"),
        choices=[(scope.value, LABELS[scope]) for scope in Scope],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Velg så lite som mulig. Nøkkelen kan aldri gjøre mer enn du selv kan."),
        error_messages={"required": _("Velg minst én ting.")},
    )
    days = forms.TypedChoiceField(
        label=_("Hvor lenge skal den gjelde?"),
        coerce=int,
        choices=[(days, ngettext_lazy("%(n)s dag", "%(n)s dager", days) % {"n": days}) for days in LIFETIMES],
        initial=90,
    )
