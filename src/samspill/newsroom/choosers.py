"""Choosing a contact, a subject or an audience in a form, with buttons in the language of whoever looks.

Wagtail puts the labels of a snippet's chooser together when the widget is made, which happens once in a process: they
would stay in the language of the first person who opened the editor. Here they are put together when they are shown.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.functional import cached_property
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.snippets.blocks import SnippetChooserBlock
from wagtail.snippets.views.chooser import SnippetChooserViewSet
from wagtail.snippets.widgets import AdminSnippetChooser


class Chooser(AdminSnippetChooser):
    def __init__(self, model: type[models.Model], **kwargs: Any) -> None:
        super().__init__(model, **kwargs)
        name = model._meta.verbose_name
        self.choose_one_text = format_lazy(_("Velg {name}"), name=name)
        self.choose_another_text = format_lazy(_("Velg en annen {name}"), name=name)
        self.link_to_chosen_text = format_lazy(_("Rediger {name}"), name=name)


class ChooserViewSet(SnippetChooserViewSet):
    """Gives the chooser to forms of models with a foreign key to the snippet."""

    page_title = _("Choose")  # Wagtail would make it once; what is chosen stands beside it

    @cached_property
    def widget_class(self) -> Chooser:
        return Chooser(model=self.model, icon=self.icon)


class ChooserBlock(SnippetChooserBlock):
    """Gives the chooser to blocks."""

    @cached_property
    def widget(self) -> Chooser:
        return Chooser(self.target_model, icon=self.meta.icon)

    def deconstruct(self) -> Any:
        """To the database it is Wagtail's block: only its buttons differ."""
        _path, args, kwargs = super().deconstruct()
        return "wagtail.snippets.blocks.SnippetChooserBlock", args, kwargs
