"""The desk's own addresses, below /desk/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from samspill.desk.views import channels, deliveries, delivery

urlpatterns: list[URLPattern | URLResolver] = [
    path("utsendelser/", deliveries.DeliveryList.as_view(), name="desk_deliveries"),
    path("utsendelser/liste/", deliveries.DeliveryList.as_view(results_only=True), name="desk_deliveries_results"),
    path("utsendelser/<int:pk>/", delivery.delivery, name="desk_delivery"),
    path("utsendelser/<int:pk>/gjor/", delivery.act, name="desk_delivery_act"),
    path("kanaler/", channels.channels, name="desk_channels"),
    path("kanaler/ny/", channels.new, name="desk_channel_new"),
    path("kanaler/eksempel/", channels.example, name="desk_channel_example"),
    path("kanaler/<int:pk>/", channels.channel, name="desk_channel"),
    path("kanaler/<int:pk>/modus/", channels.mode, name="desk_channel_mode"),
    path("kanaler/<int:pk>/prov/", channels.verify, name="desk_channel_verify"),
]
