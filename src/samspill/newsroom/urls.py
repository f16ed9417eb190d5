"""The newsroom's own addresses; stories and lists are Wagtail's pages."""

from django.urls import path

from samspill.newsroom import feeds, views

urlpatterns = [
    path("sok/", views.search, name="search"),
    path("feeds/", views.feeds, name="feeds"),
    path("feeds/alle.<str:form>", feeds.feed, name="feed"),
    path("feeds/<str:kind>/<slug:key>.<str:form>", feeds.feed, name="feed"),
    path("robots.txt", views.robots, name="robots"),
    path("favicon.ico", views.favicon, name="favicon"),
]
