"""Stories taken in from elsewhere: what they become, what a second run does, and what never happens."""

# ruff: noqa: E501 - feeds stand here as they are written

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from PIL import Image
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import PageLogEntry, Revision

from samspill.channels import guarded
from samspill.channels.models import Channel
from samspill.config.cli import main
from samspill.delivery.models import Delivery
from samspill.library.models import Photo
from samspill.newsroom.importing.arguments import Form, Options
from samspill.newsroom.importing.run import LOCK, run
from samspill.newsroom.models import BlogPost, ImportedStory, NewsroomStory, PressRelease, Subject
from samspill.publishing import approve, bootstrap
from samspill.publishing.models import Rule, Version
from tests.rooms.channels.loopback import Loopback, Reply, Request
from tests.rooms.newsroom.factories import make_front_page

pytestmark = pytest.mark.django_db


def jpeg(color: str = "#3a7d44") -> bytes:
    content = BytesIO()
    Image.new("RGB", (60, 40), color).save(content, "JPEG")
    return content.getvalue()


class Site:
    """The old website: a feed and pictures by their paths; and what an import says."""

    def __init__(self, server: Loopback) -> None:
        self.server = server
        self.base = server.url.removesuffix("/base")
        self.items = ""
        self.files: dict[str, Reply] = {}
        self.said: list[str] = []
        server.answer = self.answer

    def answer(self, request: Request) -> Reply:
        if request.path == "/feed.xml":
            feed = f'<rss version="2.0"><channel><title>Nytt</title><link>https://gammel.no/</link>{self.items}</channel></rss>'
            return Reply(200, raw=feed.encode(), headers={"content-type": "application/rss+xml; charset=utf-8"})
        return self.files.get(request.path, Reply(404))

    def item(
        self, number: int = 1, title: str = "Gammel sak", text: str = "&lt;p&gt;Tekst&lt;/p&gt;", more: str = ""
    ) -> str:
        return (
            f"<item><guid>https://gammel.no/2019/sak-{number}/</guid><title>{title}</title>"
            f"<pubDate>Sun, 12 May 2019 10:00:00 +0000</pubDate><description>{text}</description>{more}</item>"
        )

    def run(self, source: str = "", form: Form = Form.RSS, **options: Any) -> int:
        self.said = []
        chosen = Options(form, source or f"{self.base}/feed.xml", **{"allow_private": True, **options})
        return run(chosen, self.said.append, self.said.append)

    @property
    def text(self) -> str:
        return "\n".join(self.said)

    @property
    def total(self) -> str:
        return self.said[-1]


@pytest.fixture
def site() -> Iterator[Site]:
    make_front_page()
    server = Loopback()
    server.start()
    yield Site(server)
    server.stop()


def person(name: str, role: str) -> Any:
    bootstrap.ensure_roles_and_workflow()
    user = get_user_model().objects.create_user(name)
    user.groups.add(Group.objects.get(name=role))
    return user


def draft() -> Any:
    return PressRelease.objects.get().get_latest_revision_as_object()


def test_a_story_becomes_a_draft_with_its_date_its_text_and_its_old_address(site: Site) -> None:
    Subject.objects.get_or_create(name_nb="Bingo")
    site.items = site.item(text="&lt;h2&gt;Mellomtittel&lt;/h2&gt;&lt;script&gt;x()&lt;/script&gt;&lt;ul&gt;&lt;li&gt;punkt&lt;/li&gt;&lt;/ul&gt;"
                           "&lt;blockquote&gt;Sagt&lt;/blockquote&gt;", more="<category>bingo</category><category>ukjent</category>")  # fmt: skip
    assert site.run(brand="lotteritilsynet", language="nn") == 0, site.text
    page = draft()
    assert not page.live
    assert (page.title, page.language, page.brand.key) == ("Gammel sak", "nn", "lotteritilsynet")
    assert page.first_published_at == datetime(2019, 5, 12, 10, tzinfo=UTC)
    assert [block.block_type for block in page.body] == ["text", "quote"]
    assert "<h2>Mellomtittel</h2>" in str(page.body[0].value.source) and "x()" not in str(page.body[0].value.source)
    assert [subject.name_nb for subject in page.subjects.all()] == ["Bingo"]
    assert Redirect.objects.get().redirect_page_id == page.pk
    assert site.total == "Laget: 1. Endret: 0. Uendret: 0. Latt være: 0. Ikke hentet: 0."


def test_running_twice_makes_nothing_twice_and_brings_what_has_changed(site: Site) -> None:
    site.items = site.item(1) + site.item(2)
    site.run()
    site.run()
    assert site.total.startswith("Laget: 0. Endret: 0. Uendret: 2.")
    site.items = site.item(1, title="Rettet tittel") + site.item(2) + site.item(3)
    site.run()
    assert site.total.startswith("Laget: 1. Endret: 1. Uendret: 1.")
    assert NewsroomStory.objects.count() == 3 and Redirect.objects.count() == 3
    titles = {page.get_latest_revision_as_object().title for page in PressRelease.objects.all()}
    assert titles == {"Rettet tittel", "Gammel sak"}


def test_what_has_been_changed_here_is_left_alone_and_told_of(site: Site) -> None:
    site.items = site.item()
    site.run()
    ours = draft()
    ours.title = "Vår egen tittel"
    ours.save_revision()
    site.run()
    assert site.total.startswith("Laget: 0. Endret: 0. Uendret: 1.")
    site.items = site.item(title="Deres nye tittel")
    site.run()
    assert draft().title == "Vår egen tittel"
    assert "Latt være: 1" in site.total and "Endret både her og der" in site.text


def test_a_story_that_was_deleted_here_does_not_come_back(site: Site) -> None:
    site.items = site.item()
    site.run()
    PressRelease.objects.get().delete()
    site.run()
    assert not PressRelease.objects.exists()
    assert "slettet her" in site.text


def test_a_story_that_waits_for_approval_is_not_changed_under_the_approver(site: Site) -> None:
    jonas = person("jonas", bootstrap.EDITORS)
    site.items = site.item()
    site.run()
    approve.submit(PressRelease.objects.get(), jonas)
    site.items = site.item(title="Ny")
    site.run()
    assert draft().title == "Gammel sak" and "venter på godkjenning" in site.text


def test_nothing_goes_to_any_channel_when_an_old_story_is_approved_and_its_date_stays(site: Site) -> None:
    jonas, marte = person("jonas", bootstrap.EDITORS), person("marte", bootstrap.EDITORS)
    channel = Channel.objects.create(platform="x", name="X", mode="sandbox", external_id="1", template="{tittel}")
    Rule.objects.create(kind="press_release", channel=channel, automatic=True)
    site.items = site.item()
    site.run(user="jonas")
    page = PressRelease.objects.get()
    approve.submit(page, jonas)
    approve.submit_with_story(page, jonas)  # what Wagtail's own button does
    page.refresh_from_db()
    approve.approve_story(page, marte, approve.look_at(page))
    page = PressRelease.objects.get()
    assert page.live
    assert not Version.objects.exists() and not Delivery.objects.exists()
    assert page.first_published_at == page.last_published_at == datetime(2019, 5, 12, 10, tzinfo=UTC)
    assert page.updated_at is None


def test_who_takes_a_story_in_has_written_it_and_cannot_approve_it(site: Site) -> None:
    jonas, marte = person("jonas", bootstrap.EDITORS), person("marte", bootstrap.EDITORS)
    site.items = site.item()
    site.run(user="jonas")
    page = PressRelease.objects.get()
    approve.submit(page, marte)
    page = PressRelease.objects.get()
    with pytest.raises(approve.OwnTextError):
        approve.approve_story(page, jonas, approve.look_at(page))


def test_only_an_administrator_may_put_stories_out_at_once_and_the_history_says_so(site: Site) -> None:
    person("jonas", bootstrap.EDITORS), person("tor", bootstrap.ADMINISTRATORS)
    site.items = site.item()
    assert site.run(live=True) == 2 and "--user" in site.text
    assert site.run(live=True, user="jonas") == 2 and "Bare en administrator" in site.text
    assert site.run(live=True, user="ingen") == 2
    assert not PressRelease.objects.exists()
    assert site.run(live=True, user="tor") == 0
    page = PressRelease.objects.get()
    assert page.live and page.updated_at is None
    entry = PageLogEntry.objects.get(page=page.pk, action="samspill.import.live")
    assert entry.user.username == "tor" and "uten at en annen har godkjent" in str(entry.message)


def test_a_change_of_a_story_that_is_out_waits_as_a_draft(site: Site) -> None:
    person("tor", bootstrap.ADMINISTRATORS)
    site.items = site.item()
    site.run(live=True, user="tor")
    site.items = site.item(title="Ny tittel")
    site.run()
    assert PressRelease.objects.get().title == "Gammel sak" and draft().title == "Ny tittel"
    assert "Endringen er en kladd" in site.text


def test_old_addresses_lead_to_the_story_and_what_cannot_is_told(site: Site) -> None:
    person("tor", bootstrap.ADMINISTRATORS)
    Redirect.objects.create(old_path="/2019/sak-2", redirect_link="https://annet.no/")
    site.items = site.item(1) + site.item(2) + "<item><guid>https://gammel.no/?p=3</guid><title>Tre</title></item>"
    site.run(live=True, user="tor")
    page = PressRelease.objects.get(slug="sak-1")
    answer = Client().get("/2019/sak-1/")
    assert (answer.status_code, answer["Location"]) == (301, page.url)
    assert Client().get("/2019/sak-2/")["Location"] == "https://annet.no/"
    assert "fører allerede et annet sted" in site.text and "forsidens adresse" in site.text


# --- pictures ----------------------------------------------------------------------------

PICTURE = '&lt;img src="{}" alt="{}"&gt;'


def test_pictures_come_along_with_the_alt_text_that_they_had_and_none_is_invented(site: Site) -> None:
    site.files = {"/a.jpg": Reply(200, raw=jpeg()), "/b.jpg": Reply(200, raw=jpeg("#111111"))}
    site.items = site.item(
        text=PICTURE.format(f"{site.base}/a.jpg", "En bru") + PICTURE.format(f"{site.base}/b.jpg", "")
    )
    assert site.run() == 0, site.text
    first, second = [block.value for block in draft().body]
    assert first["photo"].alt_nb == "En bru"
    assert second["photo"].alt_nb == "" and second["alt"] == ""
    assert "«b.jpg» mangler alternativ tekst" in site.text and "«a.jpg»" not in site.text


def test_the_same_picture_is_kept_once_and_our_own_alt_text_is_not_written_over(site: Site) -> None:
    site.files = {"/a.jpg": Reply(200, raw=jpeg())}
    site.items = site.item(1, text=PICTURE.format(f"{site.base}/a.jpg", "En bru"))
    site.run()
    Photo.objects.update(alt_nb="Vår egen tekst")
    site.items += site.item(2, text=PICTURE.format(f"{site.base}/a.jpg", "En annen tekst"))
    site.run()
    photo = Photo.objects.get()
    assert photo.alt_nb == "Vår egen tekst"
    (block,) = ImportedStory.objects.latest("pk").page.specific.get_latest_revision_as_object().body
    assert block.value["alt"] == "En annen tekst"


def test_a_picture_that_fails_is_told_of_the_story_comes_and_the_next_run_tries_again(site: Site) -> None:
    site.files = {"/a.jpg": Reply(503)}
    site.items = site.item(
        1, text="&lt;p&gt;Tekst&lt;/p&gt;" + PICTURE.format(f"{site.base}/a.jpg", "En bru")
    ) + site.item(2)
    assert site.run() == 0
    assert "«a.jpg» er ikke med" in site.text and site.total.startswith("Laget: 2.")
    revisions = Revision.objects.count()
    site.run()
    assert site.total.startswith("Laget: 0. Endret: 0. Uendret: 2.") and "«a.jpg» er ikke med" in site.text
    assert Revision.objects.count() == revisions
    site.files = {"/a.jpg": Reply(200, raw=jpeg())}
    site.run()
    assert site.total.startswith("Laget: 0. Endret: 1. Uendret: 1.")
    assert Photo.objects.count() == 1


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (Reply(200, raw=b"<html>ikke noe bilde</html>"), "ikke et bilde"),
        (Reply(200, raw=b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "SVG"),
        (Reply(200, raw=b""), "tom"),
        (Reply(302, headers={"location": "file:///etc/passwd"}), "ikke en vanlig nettadresse"),
        (Reply(302, headers={"location": "/a.jpg"}), "for mange ganger"),
        (Reply(404), "kode 404"),
    ],
)
def test_what_is_no_picture_is_left_out_with_its_reason(site: Site, reply: Reply, says: str) -> None:
    site.files = {"/a.jpg": reply}
    site.items = site.item(text=PICTURE.format(f"{site.base}/a.jpg", "x") + "&lt;p&gt;Tekst&lt;/p&gt;")
    assert site.run() == 0
    assert says in site.text and not Photo.objects.exists()


def test_pictures_in_our_own_network_are_never_asked_for(site: Site, tmp_path: Path) -> None:
    site.files = {"/a.jpg": Reply(200, raw=jpeg())}
    port = site.base.rpartition(":")[2]
    hosts = ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"]
    pictures = "".join(PICTURE.format(f"http://{host}:{port}/a.jpg", "x") for host in hosts)
    file = tmp_path / "feed.xml"
    file.write_text(
        f"<rss version='2.0'><channel><link>https://g.no/</link>{site.item(text=pictures + 'Tekst')}</channel></rss>"
    )
    assert site.run(str(file), allow_private=False) == 0
    assert site.server.requests == [] and not Photo.objects.exists()
    assert site.text.count("eget nett") == len(hosts)


def test_every_hop_of_a_redirect_is_looked_at(site: Site) -> None:
    site.files = {"/a": Reply(302, headers={"location": "gopher://127.0.0.1/"})}
    with pytest.raises(guarded.NotAllowed) as caught:
        guarded.get(f"{site.base}/a", limit=10, seconds=5, allow_private=True)
    assert caught.value.code == "not_web"


@pytest.mark.parametrize("address", ["http://127.0.0.1/", "http://10.0.0.1/", "http://169.254.169.254/", "http://[fd00::1]/",
                                     "http://[64:ff9b::7f00:1]/", "http://localhost/", "http://0/"])  # fmt: skip
def test_an_internal_address_is_refused_before_anything_is_sent(address: str) -> None:
    started = time.monotonic()
    with pytest.raises(guarded.NotAllowed) as caught:
        guarded.get(address, limit=10, seconds=5)
    assert caught.value.code == "not_public" and time.monotonic() - started < 2


# --- sources that cannot be read ---------------------------------------------------------


def test_a_feed_in_our_own_network_is_refused_unless_it_is_allowed(site: Site) -> None:
    site.items = site.item()
    assert site.run(allow_private=False) == 1
    assert "--allow-private" in site.text and site.server.requests == []


def test_a_feed_that_never_ends_is_given_up(site: Site, tmp_path: Path) -> None:
    huge = tmp_path / "stor.xml"
    with huge.open("wb") as file:
        file.truncate(1024**3)
    assert site.run(str(huge)) == 1 and "større enn 64 MB" in site.text
    with pytest.raises(guarded.Failed) as caught:
        site.files = {"/stor": Reply(200, raw=b"x" * 5000)}
        guarded.get(f"{site.base}/stor", limit=1000, seconds=5, allow_private=True)
    assert caught.value.code == "too_large"


@pytest.mark.parametrize("source", ["finnes-ikke.xml", "/", "http://", "http://bruker:pass@gammel.no/"])
def test_a_source_that_is_none_is_told_so(site: Site, source: str) -> None:
    assert site.run(source) == 1
    assert len(site.said) == 1 and "pass" not in site.text.replace("passer", "")


def test_one_bad_story_does_not_stop_the_others(site: Site) -> None:
    site.items = "<item><title>Uten id</title></item>" + site.item(1, text="&lt;div&gt;" * 300) + site.item(2)
    assert site.run() == 1
    assert site.total == "Laget: 1. Endret: 0. Uendret: 0. Latt være: 0. Ikke hentet: 2."


def test_a_dry_run_changes_nothing_and_fetches_no_picture(site: Site) -> None:
    site.items = site.item(text=PICTURE.format(f"{site.base}/a.jpg", ""))
    assert site.run(dry_run=True) == 0
    assert [request.path for request in site.server.requests] == ["/feed.xml"]
    assert not NewsroomStory.objects.exists() and not ImportedStory.objects.exists() and not Redirect.objects.exists()
    assert site.said[0].startswith("Prøve") and "mangler alternativ tekst" in site.text


def test_a_folder_brings_its_own_pictures_and_never_one_from_outside(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "saker"
    folder.mkdir()
    (tmp_path / "hemmelig.jpg").write_bytes(jpeg("#ff0000"))
    (folder / "bru.jpg").write_bytes(jpeg())
    (folder / "sak.md").write_text(
        "---\ntitle: Fra mappen\ndate: 2019-05-12\nbilde: bru.jpg\nalt: Ei bru\ntype: blogg\n---\n"
        "Tekst\n\n![Hemmelig](../hemmelig.jpg)\n\n![Bru igjen](bru.jpg)\n",
        encoding="utf-8",
    )
    assert site.run(str(folder), Form.MARKDOWN, allow_private=False) == 0, site.text
    page = BlogPost.objects.get().get_latest_revision_as_object()
    assert page.main_image.alt_nb == "Ei bru"
    assert Photo.objects.count() == 1 and "«hemmelig.jpg» er ikke med" in site.text


def test_a_second_import_at_the_same_time_waits_for_another_day(site: Site) -> None:
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            site.items = site.item()
            assert site.run() == 1 and "En annen innhenting er i gang" in site.text
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    finally:
        other.close()
    assert site.run() == 0


@pytest.mark.parametrize("written", ["", "rss", "excel fil.xml", "rss x --language de", "rss x --live --draft"])
def test_wrong_words_on_the_command_line_end_with_two_and_a_sentence(written: str, capsys: Any) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["import", *written.split()])
    assert caught.value.code == 2 and "samspill import --help" in capsys.readouterr().err
