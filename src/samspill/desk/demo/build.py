"""Builds the demo through the desk's own verbs: written, sent in, approved by another, sent to the pretend platforms.

Nothing is painted on: a delivery that needs a person does so because the pretend platform answered as it did.
"""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.utils import timezone

from samspill.brands.models import Brand
from samspill.channels.models import Channel
from samspill.delivery import decide, ledger, look, send
from samspill.delivery.claim import Kind, claim_next
from samspill.delivery.models import Delivery
from samspill.delivery.states import State
from samspill.desk.demo import USERS
from samspill.desk.demo.channels import CHANNELS, RULES, DemoChannel
from samspill.desk.demo.stories import PICTURES, STORIES, DemoStory
from samspill.library.models import LANGUAGES, Photo
from samspill.newsroom import bootstrap
from samspill.newsroom.models import BlogIndexPage, BlogPost, Contact, PressRelease, StoryIndexPage, Subject
from samspill.publishing import approve, versions
from samspill.publishing.bootstrap import ensure_roles_and_workflow
from samspill.publishing.models import Rule, Version

HERE = Path(__file__).parent
Say = Callable[[str], None]


def build(say: Say) -> None:
    """Everything of the demo, in an empty database. The pretend platforms must be running."""
    bootstrap.ensure_site(
        phone="123 45 678", email="presse@tilsynet.invalid", on_duty="kommunikasjonsrådgiver for pengespill"
    )
    ensure_roles_and_workflow()
    people = make_users()
    photos = make_photos()
    channels = make_channels()
    say("Skriver saker og godkjenner dem ...")
    for story in STORIES:
        make_story(story, people, photos, channels)
    say("Sender til øvingsplassen ...")
    _send_with_trouble(channels)
    _decide(people, channels)


def make_users() -> dict[str, Any]:
    model = get_user_model()
    people = {}
    for user in USERS:
        first, last = user.name.split(" ", 1)
        person = model.objects.create_user(
            user.username, f"{user.username}@tilsynet.invalid", user.password, first_name=first, last_name=last
        )
        person.groups.add(*Group.objects.filter(name__in=[user.group, *user.more]))
        people[user.username] = person
    return people


def make_photos() -> dict[str, Photo]:
    photos = {}
    for picture in PICTURES:
        photo = Photo(title=picture.title, credit="Illustrasjon: Lotteri- og stiftelsestilsynet")
        for language in LANGUAGES:
            setattr(photo, f"alt_{language}", picture.alt.get(language, ""))
            setattr(photo, f"caption_{language}", picture.caption.get(language, ""))
        photo.file.save(picture.file, ContentFile((HERE / "pictures" / picture.file).read_bytes()), save=False)
        photo.save()
        photos[picture.file] = photo
    return photos


def make_channels() -> dict[str, Channel]:
    brands = {brand.key: brand for brand in Brand.objects.all()}
    channels = {}
    for position, wanted in enumerate(CHANNELS):
        channels[wanted.key] = _channel(wanted, brands, position)
    for rule in RULES:
        Rule.objects.create(
            kind=rule.kind,
            brand=brands[rule.brand] if rule.brand else None,
            channel=channels[rule.channel],
            automatic=rule.automatic,
        )
    return channels


def _channel(wanted: DemoChannel, brands: dict[str, Brand], position: int) -> Channel:
    channel = Channel(
        platform=wanted.platform,
        brand=brands[wanted.brand] if wanted.brand else None,
        name=wanted.name,
        handle=wanted.handle,
        external_id=wanted.external_id,
        mode=wanted.mode,
        template=wanted.template,
        wait_reason=wanted.wait_reason,
        look_again_on=wanted.look_again_on,
        position=position,
    )
    if wanted.credentials:
        channel.set_credentials(wanted.credentials)
    channel.save()
    return channel


# --- stories -----------------------------------------------------------------------------


def make_story(
    story: DemoStory, people: dict[str, Any], photos: dict[str, Photo], channels: dict[str, Channel]
) -> None:
    """Write the story as its author; take it as far as its state says."""
    author = people[story.author]
    page = _write(story, author, photos)
    if story.state == "draft":
        return
    versions.ensure_automatic(page, author)
    if story.key == "bingo-inntekt":
        _plan_for_tomorrow(page, channels["x"], author)
    approve.submit(page, author)
    if story.state == "submitted":
        return
    approver = people["marte" if story.author != "marte" else "jonas"]
    page.refresh_from_db()
    approve.approve_story(page.specific, approver, approve.look_at(page))
    if story.state == "live" and story.days_ago:
        _date_back(page, timezone.now() - timedelta(days=story.days_ago))


def _write(story: DemoStory, author: Any, photos: dict[str, Photo]) -> Any:
    model, parent = (
        (BlogPost, BlogIndexPage.objects.get())
        if story.kind == "blog_post"
        else (PressRelease, StoryIndexPage.objects.get())
    )
    page = model(
        title=story.title,
        lead=story.lead,
        language=story.language,
        brand=Brand.objects.filter(key=story.brand).first(),
        main_image=photos[story.picture],
        body=[_block(kind, value) for kind, value in story.body],
        owner=author,
        live=False,
    )
    if story.state == "planned":
        page.go_live_at = _at_ten(days=2)
    if story.kind == "blog_post":
        page.author = _contact(author)
    parent.add_child(instance=page)
    page.subjects = [_subject(name) for name in story.subjects]
    page.save_revision(user=author, log_action=True)
    return page


def _block(kind: str, value: Any) -> tuple[str, Any]:
    if kind == "facts":
        title, text, source = value
        return kind, {"title": title, "text": text, "source": source, "checked_on": None}
    if kind == "quote":
        return kind, dict(zip(("text", "who"), value, strict=True))
    return kind, value


def _subject(name: str) -> Subject:
    return Subject.objects.get_or_create(name_nb=name)[0]


def _contact(author: Any) -> Contact:
    return Contact.objects.get_or_create(
        name=author.get_full_name(), defaults={"title_nb": "Rådgiver", "title_nn": "Rådgjevar", "title_en": "Adviser"}
    )[0]


def _plan_for_tomorrow(page: Any, channel: Channel, author: Any) -> None:
    version = Version.objects.filter(page=page, channel=channel, current=True).first() or versions.add(
        page, channel, author
    )
    tomorrow = timezone.localtime() + timedelta(days=1)
    versions.save(
        version,
        author,
        base=version.edit_number,
        values={
            "timing": Version.Timing.AT,
            "planned_date": tomorrow.date(),
            "planned_time": datetime(2026, 1, 1, 12, 15).time(),
        },
    )


def _at_ten(days: int) -> datetime:
    day = timezone.localtime() + timedelta(days=days)
    return day.replace(hour=10, minute=0, second=0, microsecond=0)


def _date_back(page: Any, when: datetime) -> None:
    """A story that came out some days ago: the newsroom's dates, not the ledger's."""
    type(page).objects.filter(pk=page.pk).update(
        first_published_at=when, last_published_at=when, latest_revision_created_at=when
    )


# --- sending -----------------------------------------------------------------------------


def _send_with_trouble(channels: dict[str, Channel]) -> None:
    """Send what is due. Three posts meet the trouble that a desk meets in real life."""
    _trouble("linkedin", {"kind": "ghost", "times": 1, "match": {"method": "POST", "body": "ulovlig lotteri"}})
    _trouble(
        "x",
        {
            "kind": "status_before",
            "status": 403,
            "times": 1,
            "match": {"method": "POST", "path": "/2/tweets$", "body": "Liker du"},
        },
    )
    _trouble(
        "facebook",
        {
            "kind": "status_before",
            "status": 400,
            "code": 100,
            "subcode": 1366046,
            "message": "Your photos couldn't be uploaded. Photos should be less than 4 MB and saved as JPG or PNG.",
            "times": 1,
            "match": {"method": "POST", "path": "/feed$", "body": "Liker"},
        },
    )
    work_off(channels.values())
    for name in ("x", "facebook", "linkedin"):
        _sandbox(f"/_sandbox/{name}/faults", method="DELETE")


def work_off(channels: Iterable[Channel], seconds: float = 60) -> None:
    """Do what is due in the channels, here and now, as a worker would, and wait for what comes within seconds.

    What is due later is left to the workers.
    """
    channels = list(channels)
    ends = time.monotonic() + seconds
    ledger.release_due()
    while time.monotonic() < ends:
        pieces = [piece for channel in channels if (piece := claim_next(channel.pk))]
        for piece in pieces:
            {Kind.SEND: send.send, Kind.FIND: look.find, Kind.CONFIRM: look.confirm}[piece.kind](piece)
        if not pieces and not _more_soon(channels):
            return
        if not pieces:
            time.sleep(0.1)


def _more_soon(channels: list[Channel]) -> bool:
    """Whether a picture is being processed, or a post about to be read back."""
    soon = timezone.now() + timedelta(seconds=5)
    moving = [State.DUE, State.SENDING, State.UNKNOWN, State.ACCEPTED]
    return Delivery.objects.filter(channel__in=channels, state__in=moving, next_try_at__lte=soon).exists()


def _decide(people: dict[str, Any], channels: dict[str, Channel]) -> None:
    """One post is taken back, and one planned is stopped."""
    out = Delivery.objects.filter(
        channel=channels["linkedin"], title__startswith="Små lotterier", state__in=[State.ACCEPTED, State.CONFIRMED]
    ).first()
    if out is not None:
        decide.withdraw(out, by=people["marte"])
    planned = Delivery.objects.filter(
        channel=channels["x"], title__startswith="Ny rapport", state=State.APPROVED
    ).first()
    if planned is not None:
        ledger.cancel(planned, actor=people["jonas"], note="Vi tar denne i en egen tråd i neste uke.")
    work_off([channels["linkedin"]])


def _trouble(platform: str, fault: dict[str, Any]) -> None:
    _sandbox(f"/_sandbox/{platform}/faults", fault)


def _sandbox(path: str, body: Any = None, method: str = "POST") -> None:
    request = urllib.request.Request(  # noqa: S310 - the pretend platforms, on loopback
        settings.SAMSPILL_SANDBOX_URL + path,
        json.dumps(body).encode() if body is not None else None,
        {"content-type": "application/json"},
        method=method,
    )
    with urllib.request.urlopen(request, timeout=10):  # noqa: S310
        pass
