"""What an approver reads through the API: the story and each post exactly as they will go out, with their hashes."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from samspill.api import story_body
from samspill.api.fields import Instant, Out
from samspill.publishing import review


class Trouble(Out):
    what: str
    do: str
    blocks: bool


class ReviewPicture(Out):
    sha256: str
    mime: str
    width: int
    height: int
    alt: str
    alt_language: str


class ReviewPost(Out):
    id: int = Field(description="Innleggets nummer.")
    channel_id: int
    channel: str
    text: str
    language: str
    link: str | None
    pictures: list[ReviewPicture]
    document: str | None
    goes_out: str = Field(description="Når det går ut, i ord.")
    changed: bool = Field(description="Om det er endret siden forrige godkjenning.")
    troubles: list[Trouble]
    hash: str | None = Field(description="Send den med når du godkjenner. null: innlegget kan ikke sendes som det er.")


class ReviewStory(Out):
    title: str
    lead: str
    body: list[story_body.OutBlock]
    publish_at: Instant | None
    hash: str


class Review(Out):
    title: str
    waits: bool
    blocked: bool
    may_approve: bool = Field(description="Om du kan godkjenne: du har retten, og har ikke skrevet på det selv.")
    asked_at: Instant | None
    lapses_at: Instant = Field(description="Hvor lenge en godkjenning gitt nå gjelder.")
    story: ReviewStory | None = Field(description="null når bare innlegg venter.")
    versions: list[ReviewPost]


def of(found: review.Review, user: Any) -> Review:
    """The desk's page for approval as JSON."""
    may = user.has_perm("publishing.approve_version") and user.pk not in found.wrote
    return Review(
        title=found.title,
        waits=found.waits,
        blocked=found.blocked,
        may_approve=may and found.waits,
        asked_at=found.asked_at,
        lapses_at=found.lapses_at,
        story=_story(found.story) if found.story else None,
        versions=[_post(block) for block in found.blocks],
    )


def _story(block: review.StoryBlock) -> ReviewStory:
    story = block.story
    return ReviewStory(
        title=story.title,
        lead=story.lead,
        body=story_body.from_stream(story.body),
        publish_at=story.go_live_at,
        hash=block.token,
    )


def _post(block: review.Block) -> ReviewPost:
    post = block.post
    return ReviewPost(
        id=block.version.pk,
        channel_id=block.version.channel_id,
        channel=str(block.version.channel),
        text=post.text if post else block.version.text,
        language=post.language if post else "",
        link=post.link.url if post and post.link else None,
        pictures=[
            ReviewPicture(
                sha256=one.sha256,
                mime=one.mime,
                width=one.width,
                height=one.height,
                alt=one.alt,
                alt_language=one.alt_language,
            )
            for one in (post.pictures if post else ())
        ],
        document=post.document.title if post and post.document else None,
        goes_out=str(block.goes_out),
        changed=block.changed,
        troubles=[Trouble(what=one.what, do=one.do, blocks=one.blocks) for one in block.troubles],
        hash=block.token or None,
    )
