"""The desk's pages for tokens: one's own, under the account, and everybody's for who looks after accounts."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from samspill.api import tokens
from samspill.api.forms import TokenForm
from samspill.api.models import Token
from samspill.api.scopes import LABELS, Scope

ON_A_PAGE = 50


def _frame(title: str) -> dict[str, Any]:
    return {"header_title": title, "page_title": title, "header_icon": "key"}


def _shown(rows: Any) -> list[dict[str, Any]]:
    now = timezone.now()
    return [
        {
            "token": token,
            "works": token.works_at(now) and token.user.is_active,
            "scopes": [LABELS[Scope(scope)] for scope in token.scopes if scope in set(Scope)],
        }
        for token in rows
    ]


@never_cache
@require_http_methods(["GET", "POST"])
@sensitive_variables("secret")
def mine(request: HttpRequest) -> HttpResponse:
    """One's own tokens, and a form for a new one. Its secret is shown in the answer to the press, and never again."""
    form, secret = TokenForm(request.POST if request.method == "POST" else None), ""
    if form.is_bound and form.is_valid():
        chosen = form.cleaned_data
        _token, secret = tokens.make(request.user, chosen["name"], map(Scope, chosen["scopes"]), chosen["days"])
        form = TokenForm()
    rows = Token.objects.filter(user=request.user.pk).select_related("user", "revoked_by")
    context = {**_frame(_("Nøkler til API-et")), "form": form, "secret": secret, "rows": _shown(rows[:ON_A_PAGE])}
    context |= {"breadcrumbs_items": [{"url": reverse("wagtailadmin_account"), "label": _("Konto")}]}
    context |= {"all": tokens.may_see_all(request.user)}
    return render(request, "api/tokens.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def everybodys(request: HttpRequest) -> HttpResponse:
    """All tokens, by whom, and when they were last used."""
    if not tokens.may_see_all(request.user):
        raise PermissionDenied
    page = Paginator(tokens.seen_by(request.user), ON_A_PAGE).get_page(request.GET.get("p"))
    context = {**_frame(_("Alles nøkler til API-et")), "rows": _shown(page.object_list), "pages": page, "people": True}
    context |= {"breadcrumbs_items": [{"url": reverse("wagtailadmin_home"), "label": _("Oversikt")}]}
    return render(request, "api/all_tokens.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, and make a token useless at once."""
    token = get_object_or_404(tokens.seen_by(request.user), pk=pk)
    back = reverse("api_tokens" if token.user_id == request.user.pk else "api_all_tokens")
    if request.method == "POST":
        if tokens.revoke(token, request.user):
            messages.success(request, _("Nøkkelen «%(name)s» er stoppet.") % {"name": token.name})
        else:
            messages.info(request, _("Nøkkelen «%(name)s» var stoppet fra før.") % {"name": token.name})
        return redirect(back)
    context = {**_frame(_("Nøkler til API-et")), "token": token, "back": back, "own": token.user_id == request.user.pk}
    context |= {"breadcrumbs_items": [{"url": back, "label": _("Nøkler til API-et")}]}
    return render(request, "api/revoke.html", context)
