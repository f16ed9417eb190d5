"""The editor's side: forms, times, previews, and that nothing goes out past the approval."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupPagePermission, Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from samspill.newsroom.models import BlogIndexPage, BlogPost, FrontPage, InfoPage, PressRelease, StoryIndexPage
from samspill.newsroom.richtext import FEATURES
from tests.rooms.newsroom.factories import make_blog_post, make_front_page, make_photo, make_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client: Client) -> Client:
    """Signed in as somebody who may write, and no more."""
    make_front_page()
    user = get_user_model().objects.create_user("jonas", password="x")
    group = Group.objects.create(name="Redaktører")
    root = Page.get_first_root_node()
    for codename in ("add_page", "change_page"):
        permission = Permission.objects.get(codename=codename, content_type__app_label="wagtailcore")
        GroupPagePermission.objects.create(group=group, page=root, permission=permission)
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    user.groups.add(group)
    client.force_login(user)
    return client


def form(title: str = "Ny sak", text: str = "<p>Tekst</p>", **fields: Any) -> dict[str, Any]:
    data = {
        "title": title,
        "slug": "",
        "lead": "Ingress",
        "language": "nb",
        "brand": "",
        "main_image": "",
        "body": streamfield([("text", rich_text(text, features=FEATURES))]),
        "press_contacts": inline_formset([]),
        "related_pages": inline_formset([]),
        "go_live_at": "",
        "expire_at": "",
        "seo_title": "",
        "search_description": "",
        "comments": inline_formset([]),
    }
    return {name: "" if value is None else value for name, value in nested_form_data({**data, **fields}).items()}


def create(editor: Client, **fields: Any) -> Any:
    address = reverse("wagtailadmin_pages:add", args=["newsroom", "pressrelease", StoryIndexPage.objects.get().pk])
    return editor.post(address, form(**fields), follow=False)


def test_an_editor_writes_a_draft_with_an_address_from_its_title(editor: Client) -> None:
    assert create(editor, title="Søknadsfristen nærmer seg").status_code == 302
    story = PressRelease.objects.get()
    assert (story.slug, story.live) == ("soknadsfristen-naermer-seg", False)


def test_a_story_without_one_sender_says_in_words_that_it_is_for_all(editor: Client) -> None:
    index = StoryIndexPage.objects.get()
    page = editor.get(reverse("wagtailadmin_pages:add", args=["newsroom", "pressrelease", index.pk])).content.decode()
    assert '<option value="" selected>Alle avsendere</option>' in page


def test_times_can_be_set_by_those_who_may_not_publish(editor: Client) -> None:
    page = editor.get(
        reverse("wagtailadmin_pages:add", args=["newsroom", "pressrelease", StoryIndexPage.objects.get().pk])
    )
    html = page.content.decode()
    for text in ("Innhold", "Innstillinger", 'name="go_live_at"', 'name="expire_at"', "Norsk tid (Europe/Oslo)"):
        assert text in html, text
    assert "schedule-publishing-dialog" not in html
    create(editor, go_live_at="2031-07-01 14:05", expire_at="2031-12-24 09:00")
    draft = PressRelease.objects.get().get_latest_revision_as_object()
    assert draft.go_live_at == datetime.fromisoformat("2031-07-01T12:05:00+00:00")
    assert draft.expire_at == datetime.fromisoformat("2031-12-24T08:00:00+00:00")


def test_a_title_that_is_too_long_is_told_by_how_much(editor: Client) -> None:
    answer = create(editor, title="x" * 10_000)
    assert "Tittelen er på 10000 tegn, og kan ha høyst 255." in answer.content.decode().replace("\xa0", "")
    assert not PressRelease.objects.exists()


def test_unseen_signs_are_taken_out_and_that_is_said(editor: Client) -> None:
    answer = create(editor, title="Bin\x00go\u202e", text="<p>A\u200bB</p>", lead="\ufeffIngress\x00")
    assert answer.status_code == 302
    story = PressRelease.objects.get()
    assert (story.title, story.lead) == ("Bingo", "Ingress")
    assert "AB" in story.body[0].value.source
    told = editor.get(answer.url).content.decode()
    assert "usynlige tegn fra teksten" in told


def test_a_nul_within_the_editors_own_json_does_no_harm(editor: Client) -> None:
    data = form()
    state = json.loads(data["body-0-value"])
    state["blocks"][0]["text"] = "A\x00B"
    data["body-0-value"] = json.dumps(state)  # written as \\u0000, so no form sees it
    address = reverse("wagtailadmin_pages:add", args=["newsroom", "pressrelease", StoryIndexPage.objects.get().pk])
    assert editor.post(address, data).status_code == 302
    assert "AB" in PressRelease.objects.get().body[0].value.source


@pytest.mark.parametrize("superuser", [False, True])
def test_nobody_publishes_past_the_approval(editor: Client, superuser: bool) -> None:
    if superuser:
        editor.force_login(get_user_model().objects.create_superuser("tor", password="x"))
    create(editor, title="Lagt ut med en gang", **{"action-publish": "1"})
    assert not PressRelease.objects.live().exists()
    create(editor, title="Et utkast")
    story = PressRelease.objects.get(title="Et utkast")
    editor.post(reverse("wagtailadmin_pages:edit", args=[story.pk]), form(title="Endret", **{"action-publish": "1"}))
    editor.post(
        reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"]) + f"?id={story.pk}",
        {"include_descendants": "on"},
    )
    story.refresh_from_db()
    assert not story.live
    front = FrontPage.objects.get()
    editor.post(reverse("wagtailadmin_pages:unpublish", args=[front.pk]))
    editor.post(reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"]) + f"?id={front.pk}")
    front.refresh_from_db()
    assert front.live


def test_what_is_live_stays_while_a_draft_is_written(editor: Client) -> None:
    story = make_story("Den som er ute")
    editor.post(reverse("wagtailadmin_pages:edit", args=[story.pk]), form(title="Den nye", slug=story.slug))
    story.refresh_from_db()
    assert (story.title, story.has_unpublished_changes) == ("Den som er ute", True)
    assert story.get_latest_revision_as_object().title == "Den nye"


def test_each_page_type_can_be_previewed_as_it_will_look(editor: Client) -> None:
    story = make_story("Utkast til forhåndsvisning", live=False, main_image=make_photo())
    pages = [story, make_blog_post("Et utkast til", live=False)]
    pages += [model.objects.get() for model in (FrontPage, StoryIndexPage, BlogIndexPage, InfoPage)]
    for page in pages:
        answer = editor.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
        assert answer.status_code == 200, page
        html = answer.content.decode()
        assert '<main id="innhold"' in html
        assert "no-store" in answer.headers["Cache-Control"]
        assert "public" not in answer.headers["Cache-Control"]
    assert (
        "Utkast til forhåndsvisning"
        in editor.get(reverse("wagtailadmin_pages:view_draft", args=[story.pk])).content.decode()
    )


def test_a_new_story_can_be_previewed_before_it_has_a_place(editor: Client) -> None:
    parent = StoryIndexPage.objects.get()
    address = reverse("wagtailadmin_pages:preview_on_add", args=["newsroom", "pressrelease", parent.pk])
    told = editor.post(address, form(title="Før den er lagret", language="nn"))
    assert told.json()["is_valid"]
    html = editor.get(address + "?in_preview_panel=true&mode=").content.decode()
    assert "Før den er lagret" in html
    assert '<html lang="nn"' in html


def test_pages_lie_where_they_belong() -> None:
    assert PressRelease.clean_parent_page_models() == [StoryIndexPage]
    assert BlogPost.clean_parent_page_models() == [BlogIndexPage]
    assert StoryIndexPage.clean_subpage_models() == [PressRelease]
    assert set(FrontPage.clean_subpage_models()) == {StoryIndexPage, BlogIndexPage, InfoPage}
    assert FrontPage not in FrontPage.clean_subpage_models()


def test_a_lock_a_revision_and_a_copy_work_as_in_wagtail() -> None:
    story = make_story("Original", subjects=("Bingo",))
    story.locked = True
    story.save()
    story.title = "Andre utgave"
    revision = story.save_revision()
    assert revision.as_object().title == "Andre utgave"
    assert [subject.name_nb for subject in revision.as_object().subjects.all()] == ["Bingo"]
    copy = story.copy(update_attrs={"slug": "kopi"}, keep_live=False)
    assert copy.translation_key != story.translation_key
    assert [subject.name_nb for subject in copy.subjects.all()] == ["Bingo"]
    assert timezone.now() - copy.latest_revision_created_at < timedelta(minutes=1)
