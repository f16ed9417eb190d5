from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "samspill.webhooks"
    label = "webhooks"
    verbose_name = "Varsler til andre systemer"

    def ready(self) -> None:
        from samspill.webhooks import events  # noqa: F401 - connects the receivers
