from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "samspill.config"
    label = "config"
    verbose_name = "Oppsett"

    def ready(self) -> None:
        from samspill.config import oslo_time, system_checks  # noqa: F401 - they register themselves
        from samspill.config.late_labels import translate_late

        translate_late()
