"""A small newsroom with people in each role, for the tests of approval."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import Page, Site

from samspill.channels.models import Channel
from samspill.newsroom.models import FrontPage, PressRelease, StoryIndexPage
from samspill.publishing import approve, bootstrap, versions
from samspill.publishing.models import Version

PEOPLE = {
    "jonas": ("Jonas", "Berg", bootstrap.EDITORS),
    "marte": ("Marte", "Lien", bootstrap.EDITORS),
    "ingrid": ("Ingrid", "Moe", bootstrap.EDITORS),
    "amir": ("Amir", "Solberg", bootstrap.EXPERTS),
    "liv": ("Liv", "Haug", bootstrap.LEADERS),
    "tor": ("Tor", "Vik", bootstrap.ADMINISTRATORS),
}


class World:
    """People by name (``world.jonas``), two channels, and a press release that Jonas has written."""

    jonas: Any
    marte: Any
    ingrid: Any
    amir: Any
    liv: Any
    tor: Any

    def __init__(self) -> None:
        bootstrap.ensure_roles_and_workflow()
        users = get_user_model().objects
        for name, (first, last, role) in PEOPLE.items():
            user = users.create_user(name, first_name=first, last_name=last, email=f"{name}@example.no")
            user.groups.add(Group.objects.get(name=role))
            setattr(self, name, user)
        self.superuser = users.create_superuser("root", first_name="Rut", last_name="Rot")
        root = Page.get_first_root_node()
        for old in root.get_children():
            old.delete()
        root.refresh_from_db()
        self.root = root
        self.front = root.add_child(instance=FrontPage(title="Nyhetsrom", slug="nyhetsrom", live=True))
        Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "localhost", "root_page": self.front})
        self.index = self.front.add_child(instance=StoryIndexPage(title="Nyheter", slug="nyheter", live=True))
        self.x = Channel.objects.create(
            platform="x",
            name="Tilsynet på X",
            handle="lottstift",
            mode="sandbox",
            external_id="1",
            base_url="http://127.0.0.1:9/x",
            template="{tittel}",
        )
        self.facebook = Channel.objects.create(
            platform="facebook",
            name="Tilsynet på Facebook",
            mode="sandbox",
            external_id="2",
            base_url="http://127.0.0.1:9/facebook",
            position=1,
        )
        self.story = self.write(self.jonas, "Fristen er 1. september")

    def write(self, by: Any, title: str, **fields: Any) -> PressRelease:
        """A draft by one person."""
        fields = {"lead": "Søk om momskompensasjon innen fristen.", **fields}
        page = PressRelease(title=title, live=False, owner=by, **fields)
        self.index.refresh_from_db()
        self.index.add_child(instance=page)
        page.save_revision(user=by)
        return self.fresh(page)

    def edit(self, page: Page, by: Any, title: str) -> None:
        """A newer draft by another person."""
        draft = self.fresh(page).get_latest_revision_as_object()
        draft.title = title
        draft.save_revision(user=by)

    def post(self, by: Any, channel: Channel | None = None, page: Page | None = None, text: str = "") -> Version:
        """A version for a channel."""
        return versions.add(self.fresh(page or self.story), channel or self.x, by, text=text)

    def submit(self, by: Any = None, page: Page | None = None) -> None:
        approve.submit(self.fresh(page or self.story), by or self.jonas)

    def approve(self, by: Any, page: Page | None = None) -> None:
        page = self.fresh(page or self.story)
        approve.approve_story(page, by, approve.look_at(page))

    def out(self, page: Page | None = None) -> PressRelease:
        """The story, sent in and approved: live."""
        self.submit(self.jonas, page)
        self.approve(self.marte, page)
        return self.fresh(page or self.story)

    def fresh(self, page: Page) -> Any:
        return Page.objects.get(pk=page.pk).specific

    def is_live(self, page: Page | None = None) -> bool:
        return bool(self.fresh(page or self.story).live)

    def live_title(self, page: Page | None = None) -> str:
        return str(self.fresh(page or self.story).title)

    def as_(self, user: Any) -> Client:
        client = Client(headers={"accept-language": "nb"})
        client.force_login(user)
        return client


def form_of(page: Any, **changes: Any) -> dict[str, Any]:
    """The page editor's form as a browser sends it."""
    fields = {
        "title": page.title,
        "slug": page.slug,
        "lead": page.lead,
        "language": page.language,
        "brand": "",
        "main_image": "",
        "body-count": "0",
        "seo_title": "",
        "search_description": "",
        "go_live_at": "",
        "expire_at": "",
    }
    for name in ("press_contacts", "related_pages", "comments"):
        fields |= {f"{name}-{part}": "0" for part in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")}
    return {**fields, **changes}
