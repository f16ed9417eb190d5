from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "samspill.delivery"
    label = "delivery"
    verbose_name = "Utsendelser"
