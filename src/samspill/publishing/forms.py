"""What the composer's form sends, made into values that ``versions.save`` takes.

What is right is kept even when another field is not: nobody loses a text because a date is half typed.
Wrong values are told in ``errors`` by field, and leave what was stored as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.documents import get_document_model
from wagtail.documents.permissions import permission_policy as document_policy
from wagtail.images.permissions import permission_policy as image_policy

from samspill.library.models import Photo
from samspill.publishing.models import Version, VersionPicture
from samspill.publishing.offsets import MOST, AfterUnit
from samspill.publishing.post import language_of
from samspill.publishing.versions import PictureChoice

LONGEST = 100_000  # code points: far above every platform's limit, so that nothing is refused while it is written
LONGEST_ALT = 10_000
MOST_PICTURES = 40


def clean_text(value: str) -> str:
    """A text as it can be stored: one kind of line break, no NUL (PostgreSQL takes none), no half surrogates."""
    text = value.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return text.encode("utf-8", "replace").decode("utf-8")


@dataclass
class Typed:
    """What an editor typed: ``values`` and ``pictures`` for ``versions.save``, ``errors`` by field, for people."""

    base: int
    values: dict[str, Any] = field(default_factory=dict)
    pictures: list[PictureChoice] | None = None
    photos: dict[int, Photo] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def apply(self, version: Version) -> Version:
        """The version as it would be, for counting and previews: changed in memory, never saved."""
        for name, value in self.values.items():
            setattr(version, name, value)
        if self.pictures is not None:
            version.pictures = [
                VersionPicture(photo=self.photos[choice.photo_id], alt=choice.alt, position=position)
                for position, choice in enumerate(self.pictures)
            ]
        return version


class FieldsForm(forms.Form):
    """The single fields; each may be missing from a request and then stays as it was."""

    base = forms.IntegerField(min_value=0)
    link_to = forms.ChoiceField(choices=Version.LinkTo.choices, required=False)
    link_url = forms.URLField(
        max_length=500,
        required=False,
        assume_scheme="https",
        error_messages={
            "invalid": gettext_lazy("Adressen er ikke gyldig. Skriv hele adressen, med https:// først."),
            "max_length": gettext_lazy("Adressen er for lang. Høyst 500 tegn."),
        },
    )
    timing = forms.ChoiceField(choices=Version.Timing.choices, required=False)
    planned_date = forms.DateField(
        required=False, error_messages={"invalid": gettext_lazy("Datoen finnes ikke. Skriv den slik: 03.03.2026.")}
    )
    planned_time = forms.TimeField(
        required=False, error_messages={"invalid": gettext_lazy("Klokkeslettet finnes ikke. Skriv det slik: 14.05.")}
    )
    after_amount = forms.IntegerField(
        required=False,
        min_value=0,
        error_messages=dict.fromkeys(("invalid", "min_value"), gettext_lazy("Skriv et helt tall, null eller mer.")),
    )
    after_unit = forms.ChoiceField(choices=AfterUnit.choices, required=False)


def read(data: QueryDict, version: Version, user: Any) -> Typed:
    """Read a request's fields. Raises ValueError when the edit number is missing: then it is not our form."""
    form = FieldsForm(data)
    form.is_valid()
    if "base" not in form.cleaned_data:
        raise ValueError("no edit number")
    typed = Typed(form.cleaned_data["base"])
    typed.errors = {name: str(errors[0]) for name, errors in form.errors.items()}
    if "text" in data:
        _read_text(data.get("text", ""), typed)
    if version.corrects_id:  # its time is now, its link that of the post; an edit has the pictures that are out
        if "pictures_sent" in data and not version.is_edit:
            _read_pictures(data, version, user, typed)
        return typed
    _read_link(data, form, typed)
    _read_time(data, form, version, typed)
    if "pictures_sent" in data:
        _read_pictures(data, version, user, typed)
    if "document" in data:
        _read_document(data.get("document", ""), version, user, typed)
    return typed


def _read_text(value: Any, typed: Typed) -> None:
    text = clean_text(value)
    if len(text) > LONGEST:
        typed.errors["text"] = _("Teksten er lengre enn noen kanal tar. Bare de første 100 000 tegnene er lagret.")
        text = text[:LONGEST]
    typed.values["text"] = text


def _read_link(data: Mapping[str, Any], form: FieldsForm, typed: Typed) -> None:
    if form.cleaned_data.get("link_to"):
        typed.values["link_to"] = form.cleaned_data["link_to"]
    if "link_url" in data and "link_url" in form.cleaned_data:
        typed.values["link_url"] = form.cleaned_data["link_url"]


def _read_time(data: Mapping[str, Any], form: FieldsForm, version: Version, typed: Typed) -> None:
    """A time of its own needs a date and a time; until both are there, the plan stays as it was."""
    timing = form.cleaned_data.get("timing")
    if not timing:
        return
    if timing == Version.Timing.WITH_STORY and version.page_id is None:
        typed.errors["timing"] = _("Innlegget hører ikke til en sak.")
        return
    if timing != Version.Timing.AT:
        typed.values["timing"] = timing
        if timing == Version.Timing.WITH_STORY:
            _read_after(form, typed)
        return
    day, at = form.cleaned_data.get("planned_date"), form.cleaned_data.get("planned_time")
    if not day and not at and not {"planned_date", "planned_time"} & set(typed.errors):
        typed.errors["planned_date"] = _("Velg dato og klokkeslett. Tidspunktet lagres når du har valgt begge deler.")
        return
    if not day and "planned_date" not in typed.errors:
        typed.errors["planned_date"] = _("Velg en dato. Tidspunktet lagres når du har valgt begge deler.")
    if not at and "planned_time" not in typed.errors:
        typed.errors["planned_time"] = _("Velg et klokkeslett. Tidspunktet lagres når du har valgt begge deler.")
    if day and at:
        typed.values.update(timing=timing, planned_date=day, planned_time=at)


def _read_after(form: FieldsForm, typed: Typed) -> None:
    """How long after the story; both parts, or what was stored stays."""
    amount, unit = form.cleaned_data.get("after_amount"), form.cleaned_data.get("after_unit")
    if amount is None or not unit:
        return
    if amount > MOST[AfterUnit(unit)]:
        typed.errors["after_amount"] = _("Høyst %(hours)s timer eller %(days)s dager etter saken.") % {
            "hours": MOST[AfterUnit.HOURS],
            "days": MOST[AfterUnit.DAYS],
        }
        return
    typed.values.update(after_amount=amount, after_unit=unit)


def _read_pictures(data: QueryDict, version: Version, user: Any, typed: Typed) -> None:
    """``picture`` and ``alt`` are lists of equal length, in order. Others' pictures need the right to choose them."""
    numbers = [int(number) for number in data.getlist("picture") if number.isdecimal()][:MOST_PICTURES]
    alts = [clean_text(alt)[:LONGEST_ALT] for alt in data.getlist("alt")]
    typed.photos = photos_for(numbers, version, user)
    language = language_of(version)
    choices = []
    for place, number in enumerate(numbers):
        photo = typed.photos.get(number)
        if photo is None:
            typed.errors["pictures"] = _("Et av bildene finnes ikke lenger, og er tatt bort.")
            continue
        alt = alts[place] if place < len(alts) else ""
        # What the photo's own text says is not copied: it follows the library when it is mended there.
        own = "" if alt.strip() == photo.alt_in(language)[0] else alt
        choices.append(PictureChoice(number, own))
    typed.pictures = choices


def photos_for(numbers: Iterable[int], version: Version, user: Any) -> dict[int, Photo]:
    """The photos of these numbers that the person may use here: already in the post, or free to choose."""
    there = set(version.pictures.values_list("photo_id", flat=True)) if version.pk else set()
    found = Photo.objects.in_bulk(list(numbers))
    new = [number for number in found if number not in there]
    if new:
        allowed = set(
            image_policy.instances_user_has_permission_for(user, "choose")
            .filter(pk__in=new)
            .values_list("pk", flat=True)
        )
        found = {number: photo for number, photo in found.items() if number in there or number in allowed}
    return found


def _read_document(value: Any, version: Version, user: Any, typed: Typed) -> None:
    if not value:
        typed.values["document_id"] = None
        return
    number = int(value) if value.isdecimal() else 0
    if number == version.document_id:
        typed.values["document_id"] = number
        return
    if document_policy.instances_user_has_permission_for(user, "choose").filter(pk=number).exists():
        document = get_document_model().objects.get(pk=number)
        if document.filename.lower().endswith(".pdf"):
            typed.values["document_id"] = number
        else:
            typed.errors["document"] = _("Velg et dokument som er lagret som PDF.")
    else:
        typed.errors["document"] = _("Dokumentet finnes ikke lenger.")
