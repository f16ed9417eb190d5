"""A newsroom with a story, channels on three platforms and people with different rights, for the composer's tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.auth.models import Group, User
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.images import get_image_model
from wagtail.models import Page

from samspill.channels.models import Channel
from samspill.newsroom.bootstrap import ensure_site
from samspill.newsroom.models import PressRelease, StoryIndexPage
from samspill.publishing import versions
from samspill.publishing.bootstrap import EDITORS, EXPERTS, ensure_roles_and_workflow
from samspill.publishing.models import Rule, Version
from tests.pictures import jpeg

PASSWORD = "a long word for tests"


@dataclass
class World:
    editor: User
    colleague: User
    approver: User
    expert: User
    story: Any
    channels: dict[str, Channel]
    versions: dict[str, Version] = field(default_factory=dict)

    def version(self, platform: str) -> Version:
        return Version.objects.select_related("channel", "delivery", "page").get(
            channel=self.channels[platform], page=self.story, current=True
        )


def person(name: str, first: str, last: str, *groups: Group) -> User:
    user = User.objects.create_user(name, f"{name}@example.invalid", PASSWORD, first_name=first, last_name=last)
    user.groups.set(groups)
    return user


def photo(
    title: str = "Korps", alt: str = "Tre korpsmedlemmer foran et fjell", size: tuple[int, int] = (1200, 800)
) -> Any:
    model = get_image_model()
    made = model(title=title, alt_nb=alt)
    made.file.save(f"{title}.jpg", ContentFile(jpeg(*size)), save=False)
    made.save()
    return made


def story(parent: Page, by: User, title: str = "Momskompensasjonen kommer før jul", **values: Any) -> Any:
    lead = "Over 25 000 lag og foreninger får penger tilbake i desember. Pengene kommer på konto."
    made = PressRelease(title=title, lead=values.pop("lead", lead), live=False, **values)
    parent.add_child(instance=made)
    made.save_revision(user=by)
    return made


def make(*, with_versions: bool = True, with_picture: bool = False) -> World:
    ensure_roles_and_workflow()
    ensure_site(name="Lotteri- og stiftelsestilsynet")
    parent = StoryIndexPage.objects.get()
    editors, experts = Group.objects.get(name=EDITORS), Group.objects.get(name=EXPERTS)
    world = World(
        person("ingrid", "Ingrid", "Vik", editors),
        person("jonas", "Jonas", "Berg", editors),
        person("marte", "Marte", "Lien", editors),
        person("petter", "Petter", "Fag", experts),
        None,
        {},
    )
    for place, (platform, name, handle) in enumerate(
        [
            ("x", "Lotteri- og stiftelsestilsynet", "lottstift"),
            ("facebook", "Lotteritilsynet", ""),
            ("linkedin", "Lotteri- og stiftelsestilsynet", ""),
        ]
    ):
        world.channels[platform] = Channel.objects.create(
            platform=platform,
            name=name,
            handle=handle,
            mode="sandbox",
            position=place,
            external_id=f"id-{platform}",
            base_url="http://127.0.0.1:9",
            brand=None,
        )
    world.channels["waiting"] = Channel.objects.create(
        platform="facebook",
        name="Stiftelsestilsynet",
        mode="waiting",
        position=9,
        brand=None,
        wait_reason="Vi vil se om siden til Lotteritilsynet når dem som styrer stiftelser.",
        look_again_on=date(2027, 3, 1),
    )
    Rule.objects.create(kind="press_release", channel=world.channels["x"])
    Rule.objects.create(kind="press_release", channel=world.channels["facebook"])
    Rule.objects.create(kind="press_release", channel=world.channels["linkedin"], automatic=False)
    world.story = story(parent, world.editor, main_image=photo() if with_picture else None)
    if with_versions:
        for platform in ("x", "facebook"):
            world.versions[platform] = versions.add(world.story, world.channels[platform], world.editor)
    return world


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
