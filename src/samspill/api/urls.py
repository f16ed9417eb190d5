"""Addresses below /api/v1/. What is not there is answered here, so that no page of the newsroom is."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from samspill.api import views
from samspill.api.api import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.page, name="api_page"),
    path("openapi.json", views.openapi, name="api_openapi"),
    path("", api.urls),  # type: ignore[arg-type]
    re_path(r"^", views.nowhere),
]
