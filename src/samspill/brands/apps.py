from django.apps import AppConfig


class BrandsConfig(AppConfig):
    name = "samspill.brands"
    label = "brands"
    verbose_name = "Avsendere"
