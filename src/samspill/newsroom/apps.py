from django.apps import AppConfig


class NewsroomConfig(AppConfig):
    name = "samspill.newsroom"
    label = "newsroom"
    verbose_name = "Nyhetsrom"

    def ready(self) -> None:
        from samspill.newsroom import signals  # noqa: F401 - connects the receivers
