"""All addresses. The newsroom's own come before Wagtail's pages, which take what is left."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as wagtaildocs_urls

from samspill.config import health, metrics
from samspill.config.media import serve_media
from samspill.publishing.views import calendar_feed

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("desk/", include(wagtailadmin_urls)),
    path("dokumenter/", include(wagtaildocs_urls)),
    path("media/<path:name>", serve_media, name="media"),
    path("plan.ics", calendar_feed.feed, name="plan_feed"),
    path("api/v1/", include("samspill.api.urls")),
    path("l/", include("samspill.delivery.urls")),
    path("", include("samspill.newsroom.urls")),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("", include(wagtail_urls)),
]
