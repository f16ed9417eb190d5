"""The sign-in form. Wagtail's own has no label for the password, so that Django makes one in English."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.auth import LoginForm as WagtailLoginForm

from samspill.config import sign_in


class LoginForm(WagtailLoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = gettext_lazy("Passord")

    def get_invalid_login_error(self) -> ValidationError:
        """After too many attempts the words say when to come back, whatever the password was."""
        until = sign_in.wait_until(self.request, self.cleaned_data.get("username", ""))
        if until is None:
            return super().get_invalid_login_error()
        clock = formats.date_format(timezone.localtime(until + timedelta(minutes=1)), "H.i")
        return ValidationError(
            _("Det har vært for mange forsøk på å logge inn. Vent til kl. %(clock)s, og prøv igjen.")
            % {"clock": clock},
            code="too_many",
        )
