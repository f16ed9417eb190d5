"""The desk's own addresses, below /desk/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from samspill.desk.views import deliveries, delivery

urlpatterns: list[URLPattern | URLResolver] = [
    path("utsendelser/", deliveries.DeliveryList.as_view(), name="desk_deliveries"),
    path("utsendelser/liste/", deliveries.DeliveryList.as_view(results_only=True), name="desk_deliveries_results"),
    path("utsendelser/<int:pk>/", delivery.delivery, name="desk_delivery"),
    path("utsendelser/<int:pk>/gjor/", delivery.act, name="desk_delivery_act"),
]
