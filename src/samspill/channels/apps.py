from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "samspill.channels"
    label = "channels"
    verbose_name = "Kanaler"
