from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "samspill.desk"
    label = "desk"
    verbose_name = "Desken"

    def ready(self) -> None:
        from samspill.desk import users  # noqa: F401 - what changes a person's rights is logged, in commands too
