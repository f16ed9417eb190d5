from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "samspill.mail"
    label = "mail"
