from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "samspill.publishing"
    label = "publishing"
    verbose_name = "Publisering"

    def ready(self) -> None:
        from samspill.publishing import signals  # noqa: F401 - connects the receivers
