from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "samspill.desk"
    label = "desk"
    verbose_name = "Desken"
