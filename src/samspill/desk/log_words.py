"""What the audit log says about a channel. It names fields and keys, never what they hold."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogActionRegistry

WORDS: tuple[tuple[str, Any, Any], ...] = (
    ("samspill.channel.add", _("Lag kanal"), _("Kanalen ble laget")),
    ("samspill.channel.edit", _("Endre kanal"), _("Kanalen ble endret")),
    ("samspill.channel.key", _("Skriv nøkkel"), _("Nøkkelen ble skrevet på nytt")),
    ("samspill.channel.mode", _("Endre modus"), _("Kanalens modus ble endret")),
    ("samspill.channel.connect", _("Koble til kanal"), _("Kanalen ble koblet til")),
    ("samspill.channel.disconnect", _("Koble fra kanal"), _("Kanalen ble koblet fra")),
    ("samspill.app.key", _("Skriv app"), _("Appens id eller hemmelighet ble skrevet på nytt")),
    ("samspill.channel.verify", _("Prøv nøkkel"), _("Nøkkelen ble prøvd")),
)


def register(actions: LogActionRegistry) -> None:
    for name, label, message in WORDS:
        actions.register_action(name, label, message)
