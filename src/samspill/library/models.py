"""Photos as people keep them, and files frozen as they will be sent."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import Storage
from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition, get_upload_to
from wagtail.search import index

from samspill.library.fields import PhotoField
from samspill.library.names import clean_title
from samspill.library.storage import frozen_storage
from samspill.library.words import notes_in_words

LANGUAGES = ("nb", "nn", "en")


def _in_folder_of(file_hash: str, path: str) -> str:
    """``path`` with a folder for what the picture shows now.

    Browsers keep an address for a year, so a new file needs a new one, under whatever name it comes.
    """
    folder, _slash, name = path.rpartition("/")
    return f"{folder}/{file_hash[:10]}/{name}" if file_hash else path


class Photo(AbstractImage):
    """A picture with its alt text and caption per language, and who is to be credited.

    The file is what ``intake`` made of what was uploaded: upright, sRGB, still, without the place where it was taken.
    Saving raises PictureRefused for a file that is no picture, whichever way it came.
    """

    file = PhotoField(_("fil"), upload_to=get_upload_to, width_field="width", height_field="height")
    alt_nb = models.TextField(
        _("alternativ tekst, bokmål"),
        blank=True,
        help_text=_(
            "Leses opp for dem som ikke ser bildet. Si i én eller to setninger hva bildet viser, og det som betyr noe "
            "for saken. Ikke begynn med «bilde av». Står det tekst i bildet, skriv den her."
        ),
    )
    alt_nn = models.TextField(_("alternativ tekst, nynorsk"), blank=True)
    alt_en = models.TextField(_("alternativ tekst, engelsk"), blank=True)
    caption_nb = models.TextField(_("bildetekst, bokmål"), blank=True)
    caption_nn = models.TextField(_("bildetekst, nynorsk"), blank=True)
    caption_en = models.TextField(_("bildetekst, engelsk"), blank=True)
    credit = models.CharField(_("kreditering"), max_length=200, blank=True, help_text=_("Slik: Navn / Lotteritilsynet"))
    intake_notes = models.JSONField(default=list, blank=True, editable=False)  # codes of refusals.Note

    search_fields = (
        *AbstractImage.search_fields,
        *(index.SearchField(f"{kind}_{language}") for kind in ("alt", "caption") for language in ("nb", "nn", "en")),
        *(index.AutocompleteField(f"alt_{language}") for language in ("nb", "nn", "en")),
        index.SearchField("credit"),
    )

    admin_form_fields = (
        "title",
        "file",
        "alt_nb",
        "alt_nn",
        "alt_en",
        "caption_nb",
        "caption_nn",
        "caption_en",
        "credit",
        "collection",
        "tags",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )

    class Meta(AbstractImage.Meta):
        verbose_name = _("bilde")
        verbose_name_plural = _("bilder")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.title = clean_title(self.title)  # type: ignore[has-type] # Wagtail has no types
        if self.file and not self.file._committed:
            # Before Django gathers the row's values: the file decides width, height, size, hash and credit.
            self.file.save(self.file.name, self.file.file, save=False)
        super().save(*args, **kwargs)

    def get_upload_to(self, filename: str) -> str:
        return _in_folder_of(self.file_hash, super().get_upload_to(filename))

    @property
    def lacks_alt_text(self) -> bool:
        return not self.alt_in("nb")[0]

    @property
    def notes(self) -> list[str]:
        """What was changed when the picture was taken in, in words."""
        return notes_in_words(self.intake_notes)

    def alt_in(self, language: str) -> tuple[str, str]:
        """Alt text and the language it is really in: the wanted one, else nb, nn, en; ("", "") if none."""
        for candidate in (language, *LANGUAGES):
            text = getattr(self, f"alt_{candidate}", "").strip()
            if text:
                return text, candidate
        return "", ""

    @property
    def default_alt_text(self) -> str:
        return self.alt_in(get_language() or "nb")[0]


class Rendition(AbstractRendition):
    image = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="renditions")

    def get_upload_to(self, filename: str) -> str:
        return _in_folder_of(self.image.file_hash, super().get_upload_to(filename))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="unique_rendition")
        ]


class FrozenFile(models.Model):
    """Bytes as they will be sent, kept under their own SHA-256: what was approved is what goes out.

    Sizes in bytes and pixels; width and height are 0 for documents, pages for pictures (and where it can't be told).
    Rows never change. The files lie outside the public folder; read them by ``freeze.read``.
    """

    sha256 = models.CharField(primary_key=True, max_length=64)
    mime = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    pages = models.PositiveIntegerField(default=0)
    file = models.FileField(storage=frozen_storage, max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)

    @property
    def storage(self) -> Storage:
        return self.file.storage

    @property
    def path(self) -> str:
        """The file's name within its storage."""
        return self.file.name or ""

    def __str__(self) -> str:
        return f"{self.sha256[:12]} ({self.mime})"

    @property
    def url(self) -> str:
        """Where the desk shows it, to people who are signed in."""
        return reverse("library_frozen", args=[self.sha256])


class PreparedPicture(models.Model):
    """A photo made to fit a platform's rules ahead of time, so that approval need not wait for it."""

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="prepared")
    file_hash = models.CharField(max_length=40)  # of the photo's file when it was prepared
    spec = models.CharField(max_length=200)
    frozen = models.ForeignKey(FrozenFile, on_delete=models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["photo", "file_hash", "spec"], name="unique_prepared_picture")]

    def __str__(self) -> str:
        return f"{self.photo} for {self.spec}"
