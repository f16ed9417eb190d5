from django.apps import AppConfig


class NewsroomConfig(AppConfig):
    name = "samspill.newsroom"
    label = "newsroom"
    verbose_name = "Nyhetsrom"
