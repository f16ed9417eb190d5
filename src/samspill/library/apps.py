from django.apps import AppConfig
from django.conf import settings


class LibraryConfig(AppConfig):
    name = "samspill.library"
    label = "library"
    verbose_name = "Arkiv"

    def ready(self) -> None:
        # The room brings its form along: with Wagtail's own, a picture that is refused would be a server error.
        if not hasattr(settings, "WAGTAILIMAGES_IMAGE_FORM_BASE"):
            settings.WAGTAILIMAGES_IMAGE_FORM_BASE = "samspill.library.forms.PhotoForm"
