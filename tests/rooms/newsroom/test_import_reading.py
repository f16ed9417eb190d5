"""What stands in feeds, exports and folders, and what is read from it. Case S10 with its neighbours, and hostile ones."""

# ruff: noqa: E501 - feeds and exports stand here as they are written

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from samspill.newsroom.importing import body, dates, feeds, markdown, wxr, xmlfile
from samspill.newsroom.importing.items import Item, Note, PictureRef, SourceError, Unreadable


def rss(items: str, head: str = "<link>https://gammel.no/</link>") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Nytt</title>'
        f"{head}{items}</channel></rss>"
    ).encode()


def read(data: bytes, address: str = "", charset: str = "") -> list[Any]:
    return list(feeds.read(xmlfile.parse(data, charset), address))


def code(act: Any) -> str:
    with pytest.raises(SourceError) as caught:
        act()
    return caught.value.code


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2016/6/29 15:07:41", datetime(2016, 6, 29, 13, 7, 41, tzinfo=UTC)),
        ("2016/1/29 15:07:41", datetime(2016, 1, 29, 14, 7, 41, tzinfo=UTC)),
        ("lør, 06 des 2025 21:44:32 +0100", datetime(2025, 12, 6, 20, 44, 32, tzinfo=UTC)),
        ("tirsdag 5. mai 2026 kl. 09.30", datetime(2026, 5, 5, 7, 30, tzinfo=UTC)),
        ("Tue, 06 Oct 2026 08:00:00 EST", datetime(2026, 10, 6, 13, 0, tzinfo=UTC)),
        ("Tue, 06 Oct 2026 08:00:00 PDT", datetime(2026, 10, 6, 15, 0, tzinfo=UTC)),
        ("Tue, 06 Oct 26 08:00 GMT", datetime(2026, 10, 6, 8, 0, tzinfo=UTC)),
        ("2026-10-06T08:00:00.250-03:30", datetime(2026, 10, 6, 11, 30, tzinfo=UTC)),
        ("25.10.2026", datetime(2026, 10, 24, 22, 0, tzinfo=UTC)),
    ],
)
def test_a_date_is_the_instant_that_it_names(text: str, wanted: datetime) -> None:
    assert dates.read(text).at == wanted


@pytest.mark.parametrize(
    "text",
    [
        "06/07/2026", "2026/29/6", "2026-02-30", "sáb, 06 dic 2025 21:44:32 +0100", "Sa, 06 Dez 2025 21:44:32 +0100",
        "Tue, 06 Oct 2026 08:00:00 XYZ", "Tue, 06 Oct 2026 08:00:00 A", "2016/6/29 25:00", "0001-01-01", "i går", "", "1" * 10_000,
    ],
)  # fmt: skip
def test_a_date_that_cannot_be_read_surely_is_unknown_and_never_guessed(text: str) -> None:
    assert dates.read(text).at is None


def test_a_zone_that_is_assumed_is_said() -> None:
    (item,) = read(rss("<item><guid>https://a.no/1</guid><pubDate>2016/6/29 15:07:41</pubDate></item>"))
    assert [told.note for told in item.told] == [Note.ZONE_ASSUMED]
    assert not dates.read("2016-06-29T15:07:41Z").zone_assumed
    assert not dates.read("12. mai 2019").zone_assumed  # a day is a day here


def test_a_guid_without_attribute_is_the_address_and_one_that_is_no_permalink_is_not() -> None:
    plain, not_link, link_wins, no_address = read(
        rss(
            "<item><guid>https://gammel.no/sak/1</guid></item>"
            '<item><guid isPermaLink="false">https://gammel.no/?p=2</guid></item>'
            '<item><guid isPermaLink="true">https://gammel.no/?p=3</guid><link>/sak/3</link></item>'
            "<item><guid>tag:gammel.no,2026:4</guid></item>"
        )
    )
    assert plain.address == "https://gammel.no/sak/1"
    assert not_link.address == ""
    assert link_wins.address == "https://gammel.no/sak/3"
    assert (no_address.address, no_address.id) == ("", "tag:gammel.no,2026:4")


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://gammel.no/nytt/" xml:lang="nn"><id>urn:feed</id>
<entry xml:base="2026/10/"><id>urn:1</id><title type="html">A &amp;amp; B</title><link href="sak"/>
<published>2026-10-06T08:00:00Z</published><updated>2026-10-07T08:00:00Z</updated>
<content type="html" xml:base="https://bilder.no/p/">&lt;p&gt;Tekst &lt;img src="b.jpg" alt="Ei bru"&gt;&lt;/p&gt;</content></entry>
<entry><id>urn:2</id><title>To</title><link rel="self" href="x"/><link href="/rot"/><updated>2026-10-07T08:00:00Z</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml" xml:base="d/"><p>Se <a href="e">her</a>
<img src="f.png" xml:base="g/" alt=""/></p></div></content></entry></feed>"""


def test_atom_links_and_pictures_follow_the_base_of_their_own_element() -> None:
    first, second = read(ATOM.encode(), "https://annet.no/feed.xml")
    assert first.address == "https://gammel.no/nytt/2026/10/sak"
    assert first.title == "A & B"
    assert first.language == "nn"
    assert first.published_at == datetime(2026, 10, 6, 8, tzinfo=UTC)
    picture = next(part for part in body.read(first.html, first.base).parts if isinstance(part, PictureRef))
    assert (picture.address, picture.alt) == ("https://bilder.no/p/b.jpg", "Ei bru")
    assert second.address == "https://gammel.no/rot"
    assert 'href="https://gammel.no/nytt/d/e"' in second.html
    assert 'src="https://gammel.no/nytt/d/g/f.png"' in second.html


def test_a_feed_base_that_is_relative_counts_from_where_the_feed_was_fetched() -> None:
    data = ATOM.replace("https://gammel.no/nytt/", "/nytt/").encode()
    assert read(data, "https://gammel.no/feed/atom.xml")[0].address == "https://gammel.no/nytt/2026/10/sak"


def test_the_whole_text_of_a_feed_is_preferred_and_the_summary_becomes_the_lead() -> None:
    (item,) = read(
        rss(
            "<item><guid>1</guid><title>Tittel &amp;amp; mer</title><description>Kort &lt;b&gt;om&lt;/b&gt; saken</description>"
            "<content:encoded><![CDATA[<p>Hele saken</p>]]></content:encoded>"
            '<media:content url="/m.jpg" medium="image"/><category> Bingo </category></item>'
        )
    )
    assert (item.title, item.lead, item.html) == ("Tittel & mer", "Kort om saken", "<p>Hele saken</p>")
    assert item.main_picture == PictureRef("https://gammel.no/m.jpg")
    assert item.subjects == ("Bingo",)


def test_an_item_that_nobody_could_know_again_is_told_of_and_the_rest_is_read() -> None:
    bad, good = read(rss("<item><title>Uten alt</title></item><item><guid>1</guid><title>God</title></item>"))
    assert isinstance(bad, Unreadable) and bad.error.code == "no_id"
    assert isinstance(good, Item)


def test_signs_that_only_html_names_are_read_and_signs_that_xml_forbids_are_dropped() -> None:
    (item,) = read(rss("<item><guid>1</guid><title>S&oslash;k\x01 n&#11;&aring;&nbsp;&amp;nbsp;</title></item>"))
    assert item.title == "Søk nå"


def test_text_is_read_in_the_encoding_that_is_said_and_a_false_one_is_an_error() -> None:
    data = rss("<item><guid>1</guid><title>Søk</title></item>").decode()
    assert read(data.replace("UTF-8", "iso-8859-1").encode("latin-1"))[0].title == "Søk"
    assert read(data.encode("utf-16"))[0].title == "Søk"
    assert read(data.encode("latin-1"), charset="windows-1252")[0].title == "Søk"
    assert code(lambda: read(data.encode("latin-1"))) == "wrong_encoding"
    assert code(lambda: read(data.encode(), charset="finnes-ikke")) == "wrong_encoding"


BOMB = '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("before", "item", "wanted"),
    [
        (BOMB, "<item><guid>&b;</guid></item>", "hostile_xml"),
        ('<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>', "<item><guid>&a;</guid></item>", "hostile_xml"),
        ('<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x">%p;]>', "", "hostile_xml"),
        ("", "<item>" + "<div>" * 500, "too_deep"),
        ("", "<item><guid>1</guid>", "broken_xml"),
        ("", "<item>&hva;</item>", "broken_xml"),
    ],
)
def test_xml_that_is_hostile_or_broken_is_refused_with_its_reason(before: str, item: str, wanted: str) -> None:
    data = rss(item).decode().replace("<rss ", f"{before}<rss ", 1).encode()
    assert code(lambda: read(data)) == wanted


@pytest.mark.parametrize("data", [b"<html><body/></html>", b"<rss/>", b'<feed xmlns="http://andre.no"/>'])
def test_what_is_no_feed_is_told_so(data: bytes) -> None:
    assert code(lambda: read(data)) == "no_feed"


# --- WordPress ---------------------------------------------------------------------------

WXR = """<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:wp="http://wordpress.org/export/1.2/"><channel>
<link>https://blogg.no</link><language>nb-NO</language><wp:wxr_version>1.2</wp:wxr_version>
<item><title>Bilde</title><wp:post_id>7</wp:post_id><wp:post_type>attachment</wp:post_type><wp:status>inherit</wp:status>
<wp:attachment_url>https://blogg.no/u/bru.jpg</wp:attachment_url><excerpt:encoded>Brua i Førde</excerpt:encoded>
<wp:postmeta><wp:meta_key>_wp_attachment_image_alt</wp:meta_key><wp:meta_value>En steinbru</wp:meta_value></wp:postmeta></item>
<item><title>Om oss</title><wp:post_id>8</wp:post_id><wp:post_type>page</wp:post_type><wp:status>publish</wp:status></item>
<item><title>Første</title><link>https://blogg.no/2019/05/forste/</link><guid isPermaLink="false">https://blogg.no/?p=9</guid>
<pubDate>Sun, 12 May 2019 10:00:00 +0000</pubDate><wp:post_id>9</wp:post_id><wp:post_type>post</wp:post_type>
<wp:post_date>2019-05-12 12:00:00</wp:post_date><wp:post_date_gmt>2019-05-12 10:00:00</wp:post_date_gmt><wp:status>publish</wp:status>
<category domain="category">Bingo</category><category domain="post_tag">merke</category>
<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>7</wp:meta_value></wp:postmeta>
<excerpt:encoded>Kort</excerpt:encoded><content:encoded><![CDATA[Ett avsnitt.

To avsnitt. [gallery ids="1"]

[caption id="a" width="3"]<img src="/u/a.jpg" alt="A" /> Under bildet[/caption]]]></content:encoded></item>
<item><title>Kladd</title><guid>https://blogg.no/?p=10</guid><wp:post_id>10</wp:post_id><wp:post_type>post</wp:post_type>
<wp:post_date_gmt>0000-00-00 00:00:00</wp:post_date_gmt><wp:status>draft</wp:status><content:encoded>x</content:encoded></item>
</channel></rss>"""


def test_a_wordpress_export_gives_its_posts_with_dates_pictures_and_old_addresses() -> None:
    first, draft = wxr.read(xmlfile.parse(WXR.encode()))
    assert first.published_at == datetime(2019, 5, 12, 10, tzinfo=UTC)
    assert first.address == "https://blogg.no/2019/05/forste/"
    assert first.old_paths == ("https://blogg.no/?p=9",)
    assert first.main_picture == PictureRef("https://blogg.no/u/bru.jpg", "En steinbru", "Brua i Førde")
    assert (first.lead, first.subjects, first.language, first.blog) == ("Kort", ("Bingo",), "nb-NO", True)
    assert [told.note for told in first.told] == [Note.CONTENT_LOST]
    parts = body.read(first.html, first.base).parts
    assert parts[0].html.startswith("<p>Ett avsnitt.</p><p>To avsnitt. </p>")
    assert parts[1] == PictureRef("https://blogg.no/u/a.jpg", "A", "Under bildet")
    assert not draft.public and draft.published_at is None
    assert code(lambda: list(wxr.read(xmlfile.parse(rss(""))))) == "no_wxr"


# --- Markdown ----------------------------------------------------------------------------


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_folder_of_markdown_gives_a_story_for_each_file(tmp_path: Path) -> None:
    write(
        tmp_path,
        "2019/forste.md",
        "---\ntittel: Første sak\ndato: 2019-05-12 12:00\nspråk: nn\nemner: [Bingo]\nbilde: bru.jpg\nalt: Ei bru\n"
        "adresse: /2019/forste/\nslag: blogg\n---\n## Mellomtittel\n\nTekst med <script>x</script> og *vekt*.\n",
    )
    write(tmp_path, "uten.md", "# Tittel i teksten\n\nInnhold.\n")
    write(tmp_path, ".skjult/x.md", "nei")
    second, first = markdown.read(tmp_path)
    assert (first.id, first.title, first.language, first.blog) == ("2019/forste.md", "Første sak", "nn", True)
    assert first.published_at == datetime(2019, 5, 12, 10, tzinfo=UTC)
    assert first.address == "/2019/forste/"
    assert first.main_picture.path == tmp_path / "2019" / "bru.jpg"
    assert "&lt;script&gt;" in first.html and "<em>vekt</em>" in first.html
    assert second.title == "Tittel i teksten" and "Tittel" not in second.html


def test_nothing_outside_of_the_folder_is_read(tmp_path: Path) -> None:
    secret = write(tmp_path, "hemmelig.md", "# Hemmelig\n")
    folder = tmp_path / "saker"
    write(folder, "god.md", "# God\n\n![x](../hemmelig.png)\n")
    (folder / "lenke.md").symlink_to(secret)
    (folder / "mappe").symlink_to(tmp_path)
    good, link = markdown.read(folder)
    assert isinstance(good, Item)
    assert isinstance(link, Unreadable) and link.error.code == "outside"
    for path in ("../hemmelig.md", "/../hemmelig.md", "lenke.md", "%2e%2e/hemmelig.md", str(secret)):
        ref = markdown.local_or_remote(path, good.base, folder, alt="", caption="")
        assert code(lambda ref=ref: markdown.inside(folder, ref.path)) in ("outside", "not_found")


@pytest.mark.parametrize(
    ("front", "wanted"),
    [
        ("a: &a [x]\nb: *a", "hostile_front_matter"),
        ("tittel: [", "broken_front_matter"),
        ("- liste", "broken_front_matter"),
        ("tittel: !!python/object/apply:os.system ['true']", "broken_front_matter"),
        ("a: " + "[" * 5000, "broken_front_matter"),
    ],
)
def test_front_matter_that_is_broken_or_hostile_is_told_of(tmp_path: Path, front: str, wanted: str) -> None:
    write(tmp_path, "a.md", f"---\n{front}\n---\nx")
    write(tmp_path, "b.md", "# God\n")
    bad, good = markdown.read(tmp_path)
    assert isinstance(bad, Unreadable) and bad.error.code == wanted
    assert isinstance(good, Item)


def test_a_markdown_file_in_another_encoding_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes("# Søk\n".encode("latin-1"))
    (bad,) = markdown.read(tmp_path)
    assert isinstance(bad, Unreadable) and bad.error.code == "wrong_encoding"


def test_a_folder_that_is_not_there_is_told_so(tmp_path: Path) -> None:
    assert code(lambda: markdown.read(tmp_path / "nei")) == "not_found"


# --- the text ----------------------------------------------------------------------------


def test_pictures_and_quotes_stand_where_they_stood() -> None:
    html = (
        '<h2>En</h2><p>Før <a href="../c">lenke</a><img src="a.jpg" alt="A"> etter</p>'
        "<blockquote><p>Sagt</p><cite>— Kari</cite></blockquote><ul><li>punkt</li></ul>"
        '<figure><img data-src="b.jpg" src="data:image/gif;base64,R0"><figcaption>Under</figcaption></figure>'
    )
    found = body.read(html, "https://gammel.no/x/y/")
    kinds = [type(part).__name__ for part in found.parts]
    assert kinds == ["Text", "PictureRef", "Text", "Quote", "Text", "PictureRef"]
    assert 'href="https://gammel.no/x/c"' in found.parts[0].html
    assert found.parts[3] == body.Quote("Sagt", "Kari")
    assert found.parts[5] == PictureRef("https://gammel.no/x/y/b.jpg", "", "Under")


def test_what_a_story_has_no_block_for_is_named() -> None:
    found = body.read('<iframe src="https://film.no"></iframe><table><tr><td>1</td></tr></table>', "")
    assert [dict(told.data)["what"] for told in found.told] == ["iframe", "table"]


def test_a_text_without_end_or_bottom_is_refused() -> None:
    assert code(lambda: body.read("x" * (body.LONGEST + 1), "")) == "text_too_long"
    assert code(lambda: body.read("<div>" * 3000, "")) == "too_deep"
