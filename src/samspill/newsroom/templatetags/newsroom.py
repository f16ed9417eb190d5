"""What the newsroom's templates need beside Django's and Wagtail's own tags."""

from __future__ import annotations

from datetime import time
from functools import cache
from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from samspill.newsroom import languages, meta
from samspill.newsroom.models.named import in_language
from samspill.newsroom.site import Room, room_for

register = template.Library()
register.filter("plain", meta.plain)


@register.simple_tag(takes_context=True)
def newsroom(context: Any) -> Room:
    """``{% newsroom as room %}``: the authority's name, the lists, the press duty."""
    return room_for(context["request"])


@register.simple_tag(takes_context=True)
def reader_language(context: Any) -> str:
    return languages.reader_language(context["request"])


@register.simple_tag(takes_context=True)
def languages_to_choose(context: Any) -> list[tuple[str, str]]:
    """The languages that the page around the content is not in, with their own names."""
    return [(code, name) for code, name in languages.NAMES.items() if code != get_language()]


@register.simple_tag(takes_context=True)
def carry(context: Any, first: str = "?") -> str:
    """``?sprak=nn`` when the address asks for it, to be put behind our own links; else nothing."""
    chosen = languages.chosen_language(context["request"])
    return f"{first}{languages.PARAMETER}={chosen}" if chosen else ""


@register.simple_tag
def lang(language: str) -> SafeString:
    """`` lang="nn"`` for a part in another language than what surrounds it (WCAG 2.2, 3.1.2); else nothing."""
    if not language or language == get_language():
        return mark_safe("")
    return format_html(' lang="{}"', language)


@register.simple_tag
def named(thing: Any, field: str = "name") -> SafeString:
    """A subject's, an audience's or a contact's text in the active language, or marked with the one it is in."""
    text, language = in_language(thing, field, get_language() or "nb") if thing else ("", "")
    if language and language != get_language():
        return format_html('<span lang="{}">{}</span>', language, text)
    return escape(text)


@register.simple_tag
def caption_of(photo: Any, own: str = "", language: str = "nb") -> SafeString:
    """A picture's caption: the story's own, else the photo's, marked with its language when that is another."""
    text, written_in = (own, language) if own else in_language(photo, "caption", language) if photo else ("", "")
    if text and written_in != language:
        return format_html('<span lang="{}">{}</span>', written_in, text)
    return escape(text)


@register.simple_tag
def credited(credit: str) -> str:
    """``Foto: Kari / Lotteritilsynet``; a credit that says itself what it is («Illustrasjon: ...») stands alone."""
    return credit if ":" in credit else f"{_('Foto:')} {credit}"


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon beside a word that says the same; screen readers pass it by."""
    return _svg(name)


@cache
def _svg(name: str) -> SafeString:
    return mark_safe(get_template(f"newsroom/icons/{name}.svg").render().strip())  # noqa: S308 - our own file


@register.filter
def first_if_short(value: str, limit: int = 200) -> str:
    """Cut at a word, for descriptions that machines show."""
    text = " ".join(str(value).split())
    return text if len(text) <= limit else text[:limit].rpartition(" ")[0].rstrip(",.;:–-") + " …"


@register.simple_tag
def list_name(page: Any) -> str:
    """A list's own title in bokmål, and our word for it in other languages (its title is written once)."""
    if get_language() == "nb":
        return str(page.title)
    return str(_("Blogg") if page.cached_content_type.model == "blogindexpage" else _("Saker"))


@register.simple_tag
def kind_word(story: Any) -> str:
    return str(_("Blogginnlegg") if story.kind_name == "blog_post" else _("Pressemelding"))


@register.simple_tag(takes_context=True)
def parent_list(context: Any, page: Any) -> Any:
    """The list that a story belongs to; None in the preview of a story that has no place yet."""
    parents = {found.path: found for found in room_for(context["request"]).lists}
    return parents.get(page.path[: -page.steplen]) if page.path else None


@register.simple_tag
def named_plain(thing: Any) -> str:
    return in_language(thing, "name", get_language() or "nb")[0]


@register.simple_tag
def option_lang(thing: Any) -> SafeString:
    return lang(in_language(thing, "name", get_language() or "nb")[1])


@register.filter
def clock(value: time) -> str:
    """22 or 22.30, as Norwegian writes it; English gets 22:00."""
    if get_language() == "en":
        return f"{value:%H:%M}"
    return f"{value:%H.%M}" if value.minute else f"{value.hour}"


@register.filter
def lower_first(value: str) -> SafeString:
    """For a name within a sentence; markup before the first letter stays."""
    text = conditional_escape(value)
    if text.startswith("<"):
        return text
    return mark_safe(text[:1].lower() + text[1:])  # noqa: S308 - escaped above
