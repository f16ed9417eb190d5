"""Where «Stopp alt» and publishing alone enter Wagtail's admin."""

from __future__ import annotations

from django.urls import URLPattern, path
from wagtail import hooks

from samspill.desk.views import alone, hold


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [
        path("stopp/", hold.stops, name="desk_holds"),
        path("stopp/<int:pk>/", hold.review, name="desk_hold"),
        path("beredskap/<int:pk>/", alone.published_alone, name="desk_alone"),
    ]
