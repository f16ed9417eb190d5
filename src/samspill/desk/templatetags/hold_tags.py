"""The banner that says on every page of the desk what is stopped, and why."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from samspill.delivery import hold
from samspill.desk import hold_words

register = template.Library()
MAIN = 'id="main">'  # of wagtailadmin/base.html: the part of every page that scrolls


class _WithBanner(template.Node):
    def __init__(self, nodes: template.NodeList) -> None:
        self.nodes = nodes

    def render(self, context: template.Context) -> SafeString:
        inside = self.nodes.render(context)
        banner = _banner(context.get("request"))
        before, main, after = inside.partition(MAIN)
        # Both parts have been rendered by templates, escaped as they should be.
        return mark_safe(before + main + banner + after) if main else inside  # noqa: S308


@register.tag
def with_hold_banner(parser: template.base.Parser, token: template.base.Token) -> _WithBanner:
    """``{% with_hold_banner %}{{ block.super }}{% end_hold_banner %}``: puts it first in Wagtail's <main>.

    Wagtail has no hook and no block there.
    """
    nodes = parser.parse(("end_hold_banner",))
    parser.delete_first_token()
    return _WithBanner(nodes)


def _banner(request: Any) -> str:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not user.has_perm("wagtailadmin.access_admin"):
        return ""
    found = [hold_words.shown(one) for one in hold.open_holds()]
    if not found:
        return ""
    sees = user.has_perm("delivery.view_delivery")
    context = {"holds": found, "sees": sees, "may": user.has_perm("delivery.release_hold")}
    return render_to_string("desk/parts/hold_banner.html", context)
