"""Posts for the channels as the API shows and takes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from enum import StrEnum
from typing import Annotated, Any

from django.http import QueryDict
from pydantic import Field, StrictInt

from samspill.api.fields import Address, Alt, In, Instant, Number, Out, Text, Yes
from samspill.api.problems import ApiProblem, FieldError
from samspill.channels import registry
from samspill.channels.contract import Severity
from samspill.delivery.states import State
from samspill.publishing import forms, problems, words
from samspill.publishing.models import Version
from samspill.publishing.offsets import MOST_HOURS
from samspill.publishing.post import alt_of, draft_post, language_of, short_address


class Timing(StrEnum):
    WITH_STORY = "with_story"
    NOW = "now"
    AT = "at"


class LinkTo(StrEnum):
    STORY = "story"
    OTHER = "other"
    NONE = "none"


class AfterUnit(StrEnum):
    HOURS = "hours"
    DAYS = "days"


class ReviewState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"


class VersionPictureIn(In):
    picture_id: Number
    alt: Alt = Field("", description="Tom: bildets egen tekst.")


class VersionIn(In):
    """A post for one channel. Without a text it begins from the channel's template."""

    channel_id: Number
    text: Text = ""


class VersionChange(In):
    """Only the fields that are to change. Times are Norwegian wall time."""

    text: Text = ""
    link_to: LinkTo = LinkTo.STORY
    link_url: Address = ""
    timing: Timing = Timing.WITH_STORY
    planned_date: date | None = None
    planned_time: time | None = None
    after_amount: Annotated[StrictInt, Field(ge=0, le=MOST_HOURS)] = 0
    after_unit: AfterUnit = AfterUnit.HOURS
    pictures: list[VersionPictureIn] = Field([], max_length=forms.MOST_PICTURES)
    withdraw_approval: Yes = Field(
        False, description="true: endre selv om innlegget er godkjent. Da må det godkjennes på nytt."
    )


class VersionPicture(Out):
    picture_id: int
    alt: str = Field(description="Teksten som leses opp: innleggets egen, ellers bildets.")
    alt_language: str
    own_alt: bool


class VersionSummary(Out):
    id: int
    story_id: int | None
    channel_id: int
    channel: str
    platform: str
    text: str
    link_to: LinkTo
    link_url: str
    timing: Timing
    planned_date: date | None
    planned_time: time | None
    after_amount: int = Field(description="Hvor lenge etter saken, når timing er with_story.")
    after_unit: AfterUnit
    pictures: list[VersionPicture]
    document: str | None
    review: ReviewState
    sent_back_note: str
    delivery_id: int
    state: State
    current: bool
    edited_at: Instant | None
    revision: str = Field(description="Det samme som ETag. Send det i If-Match når du endrer.")


class VersionProblem(Out):
    code: str
    blocks: bool
    field: str
    what: str
    do: str


class Length(Out):
    length: int
    limit: int
    valid: bool
    problems: list[str]
    more: dict[str, int]


class VersionOut(VersionSummary):
    short_url: str
    count: Length
    problems: list[VersionProblem]


class Versions(Out):
    items: list[VersionSummary]


def summary(version: Version) -> dict[str, Any]:
    language = language_of(version)
    pictures = []
    for picture in version.pictures.all():
        alt, alt_language = alt_of(picture, language)
        pictures.append(
            VersionPicture(
                picture_id=picture.photo_id, alt=alt, alt_language=alt_language, own_alt=bool(picture.alt.strip())
            )
        )
    return {
        "id": version.pk,
        "story_id": version.page_id,
        "channel_id": version.channel_id,
        "channel": version.channel.name,
        "platform": version.channel.platform,
        "text": version.text,
        "link_to": LinkTo(version.link_to),
        "link_url": version.link_url,
        "timing": Timing(version.timing),
        "planned_date": version.planned_date,
        "planned_time": version.planned_time,
        "after_amount": version.after_amount,
        "after_unit": AfterUnit(version.after_unit),
        "pictures": pictures,
        "document": version.document.title if version.document else None,
        "review": ReviewState(version.review),
        "sent_back_note": version.sent_back_note,
        "delivery_id": version.delivery_id,
        "state": State(version.delivery.state),
        "current": version.current,
        "edited_at": version.edited_at,
        "revision": str(version.edit_number),
    }


def summaries(found: Sequence[Version], page: Any) -> list[VersionSummary]:
    """All of one story, which is read once."""
    rows = []
    for version in found:
        version.page = page
        rows.append(VersionSummary(**summary(version)))
    return rows


def whole(version: Version) -> VersionOut:
    channel = version.channel
    platform, account = registry.platform(channel.platform), channel.account(with_credentials=False)
    counted = platform.count(platform.wire_text(draft_post(version)), account)
    found = []
    for problem in problems.of(version):
        said = words.describe(problem, version)
        found.append(
            VersionProblem(
                code=problem.code,
                blocks=problem.severity is Severity.ERROR,
                field=problem.field,
                what=said.what,
                do=said.do,
            )
        )
    return VersionOut(
        **summary(version),
        short_url=short_address(version),
        count=Length(
            length=counted.length,
            limit=counted.limit,
            valid=counted.valid,
            problems=list(counted.problems),
            more=dict(counted.more),
        ),
        problems=found,
    )


def typed(change: VersionChange, version: Version, user: Any) -> forms.Typed:
    """The change as the composer's own form reads it, so that the same things are right and wrong.

    Raises ApiProblem("invalid"): where the form keeps what is right, a system gets all or nothing.
    """
    given = change.model_fields_set
    data = QueryDict(mutable=True)
    data["base"] = str(version.edit_number)
    for name in ("text", "link_url"):
        if name in given:
            data[name] = getattr(change, name)
    if "link_to" in given:
        data["link_to"] = change.link_to.value
    if given & {"timing", "planned_date", "planned_time", "after_amount", "after_unit"}:
        timing = change.timing if "timing" in given else Timing(version.timing)
        day = change.planned_date if "planned_date" in given else version.planned_date
        at = change.planned_time if "planned_time" in given else version.planned_time
        data["timing"] = timing.value
        data["planned_date"] = day.isoformat() if day else ""
        data["planned_time"] = at.replace(tzinfo=None).strftime("%H:%M:%S") if at else ""
        data["after_amount"] = str(change.after_amount if "after_amount" in given else version.after_amount)
        data["after_unit"] = change.after_unit.value if "after_unit" in given else version.after_unit
    if "pictures" in given:
        data["pictures_sent"] = "1"
        data.setlist("picture", [str(one.picture_id) for one in change.pictures])
        data.setlist("alt", [one.alt for one in change.pictures])
    found = forms.read(data, version, user)
    if found.errors:
        raise ApiProblem(
            "invalid",
            errors=[FieldError("invalid", said, pointer=f"#/{name}") for name, said in found.errors.items()],
        )
    return found
