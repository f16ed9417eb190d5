"""What is pasted from Word keeps headings, lists and links, and nothing else, whatever way it comes in."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from samspill.newsroom import richtext
from samspill.newsroom.blocks import StoryBlocks
from samspill.newsroom.models import PressRelease
from tests.rooms.newsroom.factories import make_story

WORD = """
<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">
<head><style><!-- p.MsoNormal {margin:0cm; font-family:"Calibri"} --></style>
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]--></head>
<body lang=NO style='tab-interval:35.4pt'><!--StartFragment-->
<h1 style='mso-style-link:"x"'><span style='color:#2F5496'>Frist for lag<o:p></o:p></span></h1>
<p class=MsoNormal style='margin-bottom:8.0pt'>Lag kan <b style='mso-bidi-font-weight:normal'>søke</b>
<span style='mso-spacerun:yes'>  </span>her:
<a href="https://eksempel.invalid/sok"><span lang=EN>skjema</span></a>.<o:p></o:p></p>
<h4>Slik gjør dere</h4>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;
</span></span></span><![endif]>Tell medlemmene<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='text-indent:-18.0pt; mso-list: l0 level1 lfo1'><span
style='mso-list:Ignore'>·<span>&nbsp;&nbsp; </span></span>Før regnskap</p>
<p class=MsoNormal style='mso-list:l1 level1 lfo2'><span
style='mso-list:Ignore'>1.<span>&nbsp;&nbsp;</span></span>Logg inn</p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<table class=MsoTable><tr><td style='border:1pt'><p class=MsoNormal>Rute</p></td></tr></table>
<img src="file:///C:/bilde.png"><a name="_Toc123">Anker</a> <a href="file:///C:/hemmelig.docx">fil</a>
<script>alert(1)</script><!--EndFragment--></body></html>
"""
WASTE = ("style", "class", "mso", "<span", "o:p", "<!--", "<table", "<img", "file:", "script", "_Toc", "alert")


def test_word_keeps_headings_lists_and_links_and_nothing_else() -> None:
    clean = richtext.clean(WORD)
    assert "<h2>Frist for lag</h2>" in clean
    assert "<h3>Slik gjør dere</h3>" in clean
    assert "<ul><li>Tell medlemmene</li><li>Før regnskap</li></ul><ol><li>Logg inn</li></ol>" in clean
    assert '<a href="https://eksempel.invalid/sok">skjema</a>' in clean
    assert "<p>Rute" in clean
    for waste in WASTE:
        assert waste not in clean, waste


def test_what_the_editor_makes_of_it_survives_the_editor_and_back() -> None:
    converter = ContentstateConverter(richtext.FEATURES)
    state = converter.from_database_format(richtext.clean(WORD))
    types = {block["type"] for block in json.loads(state)["blocks"]}
    assert {"header-two", "header-three", "unordered-list-item", "ordered-list-item", "unstyled"} == types
    back = richtext.clean(converter.to_database_format(state))
    assert back.count("<li") == 3
    assert 'href="https://eksempel.invalid/sok"' in back
    assert not any(waste in back for waste in WASTE)


def test_bullets_that_the_editor_left_as_text_become_a_list() -> None:
    typed = "<p>·\xa0\xa0\xa0Tell medlemmene</p><p>·\xa0\xa0\xa0Før regnskap</p><p>1.\xa0\xa0\xa0Logg inn</p>"
    assert richtext.clean(typed) == "<ul><li>Tell medlemmene</li><li>Før regnskap</li></ul><ol><li>Logg inn</li></ol>"


@pytest.mark.parametrize(
    "text", ["<p>1. september er fristen.</p>", "<p>2.5 millioner</p>", "<p>- Ja, sa hun.</p>", "<p>o store tid</p>"]
)
def test_what_only_looks_like_a_list_stays_text(text: str) -> None:
    assert richtext.clean(text) == text


@pytest.mark.parametrize(
    "address",
    [
        *(
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java\tscript:alert(1)",
            " javascript:alert(1)",
            "\x01javascript:alert(1)",
        ),
        *(
            "vbscript:x",
            "data:text/html,<script>",
            "//ond.invalid/",
            "file:///etc/passwd",
            "https:",
            "http://[",
            "\u200bjavascript:x",
        ),
    ],
)
def test_an_address_that_could_do_harm_is_no_link(address: str) -> None:
    soup = richtext.clean(f'<p><a href="{address.replace(chr(34), "")}">trykk</a></p>')
    assert soup == "<p>trykk</p>"


@pytest.mark.parametrize(
    "link",
    [
        '<a href="https://eksempel.invalid/?a=1&amp;b=2">x</a>',
        '<a href="mailto:post@eksempel.invalid">x</a>',
        '<a href="tel:+4712345678">x</a>',
        '<a href="/saker/">x</a>',
        '<a id="3" linktype="page">x</a>',
    ],
)
def test_a_good_link_is_kept_as_it_is(link: str) -> None:
    assert richtext.clean(f"<p>{link}</p>") == f"<p>{link}</p>"


PIECES = [
    "<p>",
    "</p>",
    "<li>",
    "<ul>",
    "</ul>",
    "<h1>",
    "<b>",
    "</b>",
    "<div>",
    "a",
    "&lt;",
    "<",
    ">",
    "<script>",
    "<o:p>",
    "<!--",
    "-->",
    "<table>",
    "<td>",
    "<svg/onload=x>",
]
PIECES += ["·\xa0\xa0 ", "1.\xa0\xa0 ", "\x00", " ", "<a href='javascript:x'>"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_cleaning_never_fails_and_twice_changes_nothing(pieces: list[str]) -> None:
    once = richtext.clean("".join(pieces))
    assert richtext.clean(once) == once
    assert "<script" not in once
    assert "javascript" not in once.split(">")[0] or "<a" not in once


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["save", "revision", "json"])
def test_it_is_cleaned_whichever_way_it_comes_in(way: str) -> None:
    story = make_story(body=[("text", "<p>Først</p>")])
    if way == "json":  # as an import or an old row holds it
        raw = json.dumps([{"type": "text", "value": WORD}, {"type": "facts", "value": {"title": "F", "text": WORD}}])
        PressRelease.objects.filter(pk=story.pk).update(body=raw)
    else:
        story.body = [("text", WORD), ("facts", {"title": "F", "text": WORD})]
        story.save() if way == "save" else story.save_revision().publish()
    story = PressRelease.objects.get(pk=story.pk)
    for block in story.body:
        text: Any = block.value if block.block_type == "text" else block.value["text"]
        assert "Tell medlemmene" in text.source
        assert not any(waste in text.source for waste in WASTE)
        assert not any(waste in str(block.render()) for waste in ("mso", "o:p", "alert"))
    if way != "json":
        assert "mso" not in json.dumps(story.body.get_prep_value())
        assert "mso" not in json.dumps(story.latest_revision.content) or way == "save"


def test_the_body_offers_what_a_story_is_made_of() -> None:
    assert list(StoryBlocks().child_blocks) == ["text", "heading", "picture", "quote", "facts", "contact"]
