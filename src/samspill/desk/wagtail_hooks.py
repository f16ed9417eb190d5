"""Where the desk enters Wagtail's admin. Every hook here is a documented one."""

from __future__ import annotations

from django.templatetags.static import static
from django.urls import URLPattern, URLResolver
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from wagtail import hooks

from samspill.desk import hold_hooks, home, log_words, menu, urls  # noqa: F401 - hooks of their own
from samspill.desk.viewsets import VIEWSETS

ICONS = ("s-plane", "s-hand", "s-pause", "s-undo", "s-inbox", "s-cast")
STYLES = ("desk/desk.css", "desk/hold.css")
SCRIPTS = ("desk/desk.js",)


@hooks.register("register_icons")
def icons(registered: list[str]) -> list[str]:
    return [*registered, *(f"desk/icons/{name}.svg" for name in ICONS)]


@hooks.register("insert_global_admin_css")
def styles() -> SafeString:
    return format_html_join("", '<link rel="stylesheet" href="{}">', ((static(name),) for name in STYLES))


@hooks.register("insert_global_admin_js")
def scripts() -> SafeString:
    return format_html_join("", '<script src="{}"></script>', ((static(name),) for name in SCRIPTS))


@hooks.register("register_admin_urls")
def desk_urls() -> list[URLPattern | URLResolver]:
    return urls.urlpatterns


for _item in menu.items():
    hooks.register("register_admin_menu_item", lambda item=_item: item)

hooks.register("construct_main_menu", menu.tidy)
hooks.register("construct_help_menu", menu.tidy_help)
hooks.register("register_log_actions", log_words.register)
hooks.register("register_admin_viewset", lambda: VIEWSETS)
hooks.register("construct_homepage_panels", home.replace_panels)
