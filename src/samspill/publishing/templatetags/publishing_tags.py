"""Small helpers of the composer's templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils import formats, timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail.documents.widgets import AdminDocumentChooser

from samspill.delivery import ways
from samspill.delivery.display import FACES
from samspill.delivery.templatetags.ledger_tags import word_of
from samspill.publishing.models import Version
from samspill.publishing.post import language_of
from samspill.publishing.views import composer
from samspill.publishing.views.shown import Shown, ShownProblem
from samspill.publishing.walltime import local
from samspill.publishing.words import moment

register = template.Library()


@register.filter
def unlocal(value: int) -> str:
    """A number without thousand separators, for an attribute."""
    return str(value)


@register.filter
def problems_at(shown: Shown, name: str) -> list[ShownProblem]:
    return shown.by_field().get(name, [])


@register.filter
def slug_id(name: str) -> str:
    """A field's name as part of an id: pictures.0.alt → pictures-0-alt."""
    return name.replace(".", "-")


@register.filter
def at(found: Mapping[str, str], name: str) -> str:
    return found.get(name, "")


@register.filter
def percent(shown: Shown) -> str:
    """How full the text is, 0 to 100, for the meter."""
    return str(min(100, round(100 * shown.measure.length / max(1, shown.measure.limit))))


@register.filter
def one_of(names: Sequence[str]) -> str:
    """«Marte Lien, Jonas Berg eller Kari Moe»"""
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s eller %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


@register.filter
def delivery_address(version: Version) -> str:
    return composer.delivery_address(version)


@register.simple_tag
def state_word(version: Version) -> str:
    return str(FACES[word_of(version)].label)


@register.simple_tag
def last_saved(page: composer.Composer) -> str:
    """When the newest of the posts was saved, for the bar."""
    times = [one.version.edited_at for one in page.shown if one.editable and one.version.edited_at]
    if not times:
        return ""
    when = local(max(times))
    if when.date() == local(timezone.now()).date():
        return _("Lagret kl. %(time)s") % {"time": formats.date_format(when, "H.i")}
    return _("Lagret %(when)s") % {"when": moment(when)}


@register.simple_tag
def version_language(version: Version) -> str:
    return language_of(version)


@register.simple_tag
def numbered(*parts: Any) -> str:
    """pictures, 0, alt → pictures.0.alt"""
    return ".".join(str(part) for part in parts)


@register.simple_tag
def hand_ways(shown: Shown) -> list[ways.WayTold]:
    """What must be done by hand later on; a post that is itself put out by hand is told among the problems."""
    if not shown.editable or ways.whole(shown.capabilities):
        return []
    return ways.by_hand(shown.capabilities)


@register.simple_tag
def picture_count(shown: Shown) -> str:
    return _("%(count)s av høyst %(max)s") % {
        "count": len(shown.pictures),
        "max": shown.capabilities.pictures.max_count,
    }


@register.simple_tag
def document_chooser(shown: Shown) -> SafeString:
    """Wagtail's own chooser for documents, named by the field's label."""
    widget = AdminDocumentChooser()
    return widget.render("document", shown.version.document_id, {"id": f"{shown.prefix}-document"})
