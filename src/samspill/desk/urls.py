"""The desk's own addresses, below /desk/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from samspill.desk.views import channels, connect, deliveries, delivery

urlpatterns: list[URLPattern | URLResolver] = [
    path("utsendelser/", deliveries.DeliveryList.as_view(), name="desk_deliveries"),
    path("utsendelser/liste/", deliveries.DeliveryList.as_view(results_only=True), name="desk_deliveries_results"),
    path("utsendelser/<int:pk>/", delivery.delivery, name="desk_delivery"),
    path("utsendelser/<int:pk>/gjor/", delivery.act, name="desk_delivery_act"),
    path("kanaler/", channels.channels, name="desk_channels"),
    path("kanaler/ny/", channels.new, name="desk_channel_new"),
    path("kanaler/eksempel/", channels.example, name="desk_channel_example"),
    path("kanaler/veiledning/<slug:platform_name>/", channels.guide, name="desk_channel_guide"),
    path("kanaler/<int:pk>/", channels.channel, name="desk_channel"),
    path("kanaler/<int:pk>/modus/", channels.mode, name="desk_channel_mode"),
    path("kanaler/<int:pk>/koble/", connect.again, name="desk_connect"),
    path("kanaler/<int:pk>/koble-fra/", connect.disconnect, name="desk_disconnect"),
    path("kanaler/ny/<slug:platform_name>/koble/", connect.new, name="desk_connect_new"),
    path("kanaler/koble/<slug:platform_name>/svar/", connect.answer, name="desk_connect_answer"),
    path("kanaler/koble/<int:pk>/velg/", connect.choose, name="desk_connect_choose"),
    path("kanaler/app/<slug:platform_name>/", connect.app, name="desk_app"),
    path("kanaler/<int:pk>/prov/", channels.verify, name="desk_channel_verify"),
]
