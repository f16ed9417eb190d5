"""A story's body as JSON, both ways. The blocks are the newsroom's own: they clean and judge what comes in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from pydantic import Field
from wagtail.blocks.stream_block import StreamBlockValidationError

from samspill.api.fields import In, Line, Number, Out, Short, Text, Title, Yes
from samspill.api.problems import ApiProblem, FieldError
from samspill.newsroom.models import Contact, NewsroomStory
from samspill.publishing.forms import photos_for
from samspill.publishing.models import Version


class TextBlock(In):
    type: Literal["text"]
    html: Text = Field(description="HTML med p, h2, h3, ul, ol, li, a, b og i. Annet tas bort.")


class HeadingBlock(In):
    type: Literal["heading"]
    text: Annotated[Title, Field(max_length=200)]


class PictureBlock(In):
    type: Literal["picture"]
    picture_id: Number
    alt: Short = Field("", description="Tom: bildets egen tekst.")
    decorative: Yes = False
    caption: Short = ""
    credit: Annotated[Line, Field(max_length=200)] = ""


class QuoteBlock(In):
    type: Literal["quote"]
    text: Annotated[Short, Field(min_length=1)]
    who: Annotated[Line, Field(max_length=200)] = ""


class FactsBlock(In):
    type: Literal["facts"]
    title: Annotated[Title, Field(max_length=120)]
    html: Annotated[Text, Field(min_length=1)]
    source: Annotated[Line, Field(max_length=200)] = ""
    checked_on: date | None = None


class ContactBlock(In):
    type: Literal["contact"]
    contact_id: Number


Block = Annotated[
    TextBlock | HeadingBlock | PictureBlock | QuoteBlock | FactsBlock | ContactBlock, Field(discriminator="type")
]
Body = Annotated[list[Block], Field(max_length=200)]


class OutBlock(Out):
    """A block as it is read: the fields of its type; what a type has not is left out."""

    type: str
    html: str | None = None
    text: str | None = None
    title: str | None = None
    picture_id: int | None = None
    contact_id: int | None = None
    alt: str | None = None
    decorative: bool | None = None
    caption: str | None = None
    credit: str | None = None
    who: str | None = None
    source: str | None = None
    checked_on: date | None = None


def to_stream(body: Sequence[Any], story: Any, user: Any, field: str = "body") -> Any:
    """The value of a story's ``body``. Raises ApiProblem("invalid") with a pointer to each block that is wrong."""
    wrong = list(_unknown_references(body, story, user, field))
    if wrong:
        raise ApiProblem("invalid", errors=wrong)
    block = NewsroomStory.body.field.stream_block
    value = block.to_python([_raw(one) for one in body])
    try:
        return block.clean(value)
    except StreamBlockValidationError as error:
        raise ApiProblem("invalid", errors=list(_in_words(error, field))) from None


def _raw(block: Any) -> dict[str, Any]:
    match block:
        case TextBlock():
            value: Any = block.html
        case HeadingBlock():
            value = block.text
        case PictureBlock():
            value = {
                "photo": block.picture_id,
                **{name: getattr(block, name) for name in ("alt", "decorative", "caption", "credit")},
            }
        case QuoteBlock():
            value = {"text": block.text, "who": block.who}
        case FactsBlock():
            checked = block.checked_on.isoformat() if block.checked_on else None
            value = {"title": block.title, "text": block.html, "source": block.source, "checked_on": checked}
        case _contact:
            value = block.contact_id
    return {"type": block.type, "value": value}


def _unknown_references(body: Sequence[Any], story: Any, user: Any, field: str) -> Iterator[FieldError]:
    wanted = [block.picture_id for block in body if isinstance(block, PictureBlock)]
    there = set(picture_ids(story.body)) if story is not None else set()
    known = set(photos_for(wanted, Version(), user)) | there
    people = {block.contact_id for block in body if isinstance(block, ContactBlock)}
    contacts = set(Contact.objects.filter(pk__in=people).values_list("pk", flat=True))
    for place, block in enumerate(body):
        if isinstance(block, PictureBlock) and block.picture_id not in known:
            yield FieldError("unknown_picture", _("Bildet finnes ikke."), pointer=f"#/{field}/{place}/picture_id")
        if isinstance(block, ContactBlock) and block.contact_id not in contacts:
            yield FieldError("unknown_contact", _("Kontakten finnes ikke."), pointer=f"#/{field}/{place}/contact_id")


_NAMES = {"photo": "picture_id"}


def _in_words(error: StreamBlockValidationError, field: str) -> Iterator[FieldError]:
    for place, one in (error.block_errors or {}).items():
        inner = getattr(one, "block_errors", None)
        parts = inner.items() if isinstance(inner, dict) else [("", one)]
        for name, found in parts:
            where = f"#/{field}/{place}" + (f"/{_NAMES.get(name, name)}" if name else "")
            yield FieldError("invalid", _said(found), pointer=where)
    if error.non_block_errors:
        yield FieldError("invalid", _said(error.non_block_errors), pointer=f"#/{field}")


def _said(error: Any) -> str:
    return " ".join(str(text) for text in (error.messages if isinstance(error, ValidationError) else error))


def picture_ids(stream: Any) -> Iterator[int]:
    """The photos that a body shows."""
    for child in stream.raw_data if stream is not None else ():
        if child["type"] == "picture" and (number := child["value"].get("photo")):
            yield int(number)


def from_stream(stream: Any) -> list[OutBlock]:
    """A body as JSON, from what is stored: no picture and no page is read for it."""
    return [OutBlock(**_out(child["type"], child["value"])) for child in stream.raw_data]


def _out(kind: str, value: Any) -> dict[str, Any]:
    match kind:
        case "text":
            return {"type": kind, "html": str(value)}
        case "heading":
            return {"type": kind, "text": str(value)}
        case "contact":
            return {"type": kind, "contact_id": value}
        case "picture":
            return {
                "type": kind,
                "picture_id": value.get("photo"),
                **_only(value, "alt", "caption", "credit", "decorative"),
            }
        case "facts":
            found = _only(value, "title", "source", "checked_on")
            return {"type": kind, "html": value.get("text", ""), **found}
        case _other:
            return {"type": kind, **_only(value if isinstance(value, dict) else {}, "text", "who")}


def _only(value: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value.get(name) for name in names}
