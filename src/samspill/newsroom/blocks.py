"""What a story is built of. The blocks' names stand in the database: never rename one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError, StructValue
from wagtail.images.blocks import ImageChooserBlock
from wagtail.rich_text import RichText

from samspill.newsroom import richtext, tidy
from samspill.newsroom.choosers import ChooserBlock


class LineBlock(blocks.CharBlock):
    """One line of plain text."""

    def clean(self, value: str) -> str:
        return super().clean(tidy.line(value or ""))

    def get_prep_value(self, value: str) -> str:
        return tidy.line(value or "")


class ParagraphsBlock(blocks.TextBlock):
    """Plain text of one or more paragraphs."""

    def clean(self, value: str) -> str:
        return super().clean(tidy.paragraphs(value or ""))

    def get_prep_value(self, value: str) -> str:
        return tidy.paragraphs(value or "")


class CleanRichTextBlock(blocks.RichTextBlock):
    """Rich text that is cleaned whichever way it comes in, and once more when an old row is read."""

    def __init__(self, features: list[str] | None = None, **kwargs: Any) -> None:
        super().__init__(features=features or richtext.FEATURES, **kwargs)

    def to_python(self, value: str) -> RichText:
        return RichText(richtext.clean(value or ""))

    def normalize(self, value: Any) -> RichText:
        return RichText(richtext.clean(value.source if isinstance(value, RichText) else str(value or "")))

    def get_prep_value(self, value: RichText) -> str:
        return richtext.clean(value.source)

    def value_from_form(self, value: str) -> RichText:
        return RichText(richtext.clean(value or ""))


class PictureBlock(blocks.StructBlock):
    photo = ImageChooserBlock(label=_("bilde"))
    alt = ParagraphsBlock(
        required=False,
        max_length=1000,
        label=_("alternativ tekst i denne saken"),
        help_text=_("Bare når bildets egen tekst ikke passer her. Skriv den på samme språk som saken."),
    )
    decorative = blocks.BooleanBlock(
        required=False, label=_("bare til pynt"), help_text=_("Bildet sier ikke noe som teksten ikke sier.")
    )
    caption = ParagraphsBlock(
        required=False, max_length=1000, label=_("bildetekst"), help_text=_("Tom: bildets egen, hvis det har en.")
    )
    credit = LineBlock(required=False, max_length=200, label=_("kreditering"), help_text=_("Tom: bildets egen."))

    class Meta:
        icon = "image"
        label = _("Bilde")
        template = "newsroom/blocks/picture.html"


class QuoteBlock(blocks.StructBlock):
    text = ParagraphsBlock(label=_("sitat"), max_length=1000)
    who = LineBlock(required=False, max_length=200, label=_("hvem som sier det"))

    class Meta:
        icon = "openquote"
        label = _("Sitat")
        template = "newsroom/blocks/quote.html"


class FactsBlock(blocks.StructBlock):
    title = LineBlock(label=_("overskrift"), max_length=120)
    text = CleanRichTextBlock(["bold", "italic", "ul", "ol", "link", "document-link"], label=_("innhold"))
    source = LineBlock(required=False, max_length=200, label=_("kilde"))
    checked_on = blocks.DateBlock(required=False, label=_("sist sjekket"))

    class Meta:
        icon = "list-ul"
        label = _("Faktaboks")
        template = "newsroom/blocks/facts.html"


class HeadingBlock(LineBlock):
    class Meta:
        icon = "title"
        label = _("Mellomtittel")
        template = "newsroom/blocks/heading.html"


class StoryBlocks(blocks.StreamBlock):
    """The body of a story."""

    text = CleanRichTextBlock(label=_("Tekst"), icon="pilcrow", template="newsroom/blocks/text.html")
    heading = HeadingBlock(max_length=200)
    picture = PictureBlock()
    quote = QuoteBlock()
    facts = FactsBlock()
    contact = ChooserBlock("newsroom.Contact", label=_("Kontakt"), icon="user", template="newsroom/blocks/contact.html")


class LinkValue(StructValue):
    @cached_property
    def href(self) -> str:
        """Where the link leads; "" when the page it points to is not public."""
        page = self.get("page")
        if page is not None:
            return (page.url or "") if page.live else ""
        return self.get("url") or ""


class LinkBlock(blocks.StructBlock):
    text = LineBlock(label=_("lenketekst"), max_length=120)
    note = LineBlock(required=False, label=_("kort forklaring"), max_length=160)
    page = blocks.PageChooserBlock(required=False, label=_("side hos oss"))
    url = LineBlock(
        required=False, label=_("eller adresse"), max_length=500, help_text=_("Begynner med https://, / eller tel:")
    )

    class Meta:
        icon = "link"
        label = _("Lenke")
        value_class = LinkValue

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if bool(cleaned.get("page")) == bool(cleaned.get("url")):
            raise StructBlockValidationError({"url": ValidationError(_("Velg en side, eller skriv en adresse."))})
        if cleaned.get("url") and not safe_address(cleaned["url"]):
            raise StructBlockValidationError(
                {"url": ValidationError(_("Adressen må begynne med https://, / eller tel:"))}
            )
        return cleaned


def safe_address(address: str) -> bool:
    """A web, mail or telephone address, or a path of our own; never a script, never another host by ``//``."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.scheme in ("http", "https"):
        return bool(parts.netloc)
    if parts.scheme in ("mailto", "tel"):
        return True
    return not parts.scheme and not parts.netloc and address.startswith(("/", "#", "?"))


class AudienceBlock(blocks.StructBlock):
    audience = ChooserBlock("newsroom.Audience", label=_("målgruppe"))
    links = blocks.ListBlock(LinkBlock(), label=_("lenker"), min_num=1, max_num=5)

    class Meta:
        icon = "group"
        label = _("Målgruppe")


class AskBlock(blocks.StructBlock):
    title = LineBlock(label=_("overskrift"), max_length=80)
    text = ParagraphsBlock(label=_("tekst"), max_length=300)
    link = LinkBlock(label=_("knapp"))

    class Meta:
        icon = "help"
        label = _("Finner du det ikke?")


class UsefulBlocks(blocks.StreamBlock):
    """«Nyttig for deg» on the front page."""

    audience = AudienceBlock()
    ask = AskBlock()


class ElsewhereBlock(blocks.StructBlock):
    name = LineBlock(
        label=_("kanal"), max_length=60, help_text=_("Som i kanalregisteret: da kommer kontoene med av seg selv.")
    )
    text = ParagraphsBlock(label=_("hva vi bruker den til"), max_length=300)
    links = blocks.ListBlock(LinkBlock(), label=_("lenker"), min_num=0, default=[])

    class Meta:
        icon = "site"
        label = _("Kanal")


class ElsewhereBlocks(blocks.StreamBlock):
    """«Her finner du oss»: what each channel is for."""

    channel = ElsewhereBlock()


class FooterBlocks(blocks.StreamBlock):
    column = blocks.StructBlock(
        [
            ("title", LineBlock(label=_("overskrift"), max_length=60)),
            ("links", blocks.ListBlock(LinkBlock(), label=_("lenker"))),
        ],
        icon="list-ul",
        label=_("Kolonne"),
    )
