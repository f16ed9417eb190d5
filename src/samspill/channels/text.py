"""Pure functions that the platforms share: what a text holds, what hurts a reader, and comparing.

Nothing here knows a platform. Lengths are in code points unless a docstring says otherwise.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence

from samspill.channels.contract import Picture, PictureRules, Post, Problem, Severity

# Signs that never belong in a post: C0 and C1 controls but tab and line breaks, lone surrogates, non-characters.
INVALID = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
    + "]"
)
# Overrides, embeddings and isolates turn what stands around them; the plain marks U+200E and U+200F do not.
BIDI_CONTROL = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Zero-width signs that hide in pasted text. The joiner and non-joiner are left alone beside emoji and
# in scripts that need them.
ZERO_WIDTH = re.compile("[\u200b\u2060\ufeff\u00ad]|(?<=[A-Za-z\u00c0-\u024f])[\u200c\u200d](?=[A-Za-z\u00c0-\u024f])")
HASHTAG = re.compile(r"(?<![\w&/#])[#\uff03](\w*[^\W\d_]\w*)")
URL = re.compile(r"\bhttps?://[^\s<>\"\u201c\u201d\u00ab\u00bb]+", re.IGNORECASE)
MENTION_FORM = re.compile(r"@\[[^\]\n]{0,300}\](?:\([^)\n]{0,300}\))?")
ALIKE = 4  # signs: a shorter text is the beginning of too many
LONG_TAG = 14  # letters: shorter lower-case tags are mostly one word (#stiftelser), longer ones mostly several


def nfc(text: str) -> str:
    """The composed form in which all platforms count and compare (UAX 15)."""
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def tidy(text: str) -> str:
    """As platforms want it: composed, line breaks as U+000A, no white space at the end."""
    return nfc(re.sub(r"\r\n?", "\n", text)).rstrip()


def urls(text: str) -> list[str]:
    """Addresses with a scheme, without the punctuation that ends a sentence around them."""
    return [bare_url(match.group()) for match in URL.finditer(text)]


def bare_url(url: str) -> str:
    """``url`` without closing punctuation; a closing bracket stays when it was opened inside (Wikipedia)."""
    surplus = {closing: url.count(closing) - url.count(opening) for opening, closing in ("()", "[]", "{}")}
    end = len(url)
    while end:
        last = url[end - 1]
        if last in surplus and surplus[last] > 0:
            surplus[last] -= 1
        elif last not in ".,:;!?'*_\u2026":
            break
        end -= 1
    return url[:end]


def holds_url(text: str, url: str) -> bool:
    """True when ``url`` stands in ``text`` as a whole, not as the beginning of a longer one."""
    return any(same_url(found, url) for found in urls(text))


def same_url(one: str, other: str) -> bool:
    """True when two addresses differ at most in scheme, case of the host and a closing slash."""
    return _plain_url(one) == _plain_url(other)


def _plain_url(url: str) -> str:
    host, slash, rest = re.sub(r"^https?://", "", url.strip(), flags=re.IGNORECASE).partition("/")
    return host.casefold() + slash * bool(rest) + rest.rstrip("/")


def with_url(text: str, url: str) -> str:
    """``text`` with ``url`` on a line of its own at the end, unless the text already holds it."""
    if not url or holds_url(text, url):
        return text
    return f"{text.rstrip()}\n{url}".lstrip()


def comparable(text: str) -> str:
    """A form in which two texts are equal when a reader would call them the same.

    Composed, HTML entities undone (X answers ``&amp;``), addresses without scheme and closing slash
    (platforms add them), white space runs as one space, zero-width signs gone.
    """
    plain = ZERO_WIDTH.sub("", nfc(html.unescape(text)))
    plain = re.sub(r"https?://", "", plain, flags=re.IGNORECASE)
    return re.sub(r"/(?=\s|$)", "", " ".join(plain.split()))


def tags(text: str) -> Iterator[str]:
    """Hashtags in ``text`` without the sign; those inside addresses are none."""
    for match in HASHTAG.finditer(URL.sub(" ", text)):
        yield match.group(1)


def lower_case_tags(text: str) -> list[str]:
    """Tags that a screen reader cannot divide into words.

    Only what can be told honestly: letters all lower case, and so many that it is hardly one word.
    """
    return [tag for tag in tags(text) if len(tag) >= LONG_TAG and tag.islower()]


def text_problems(text: str) -> list[Problem]:
    """What hurts on any platform: invalid signs (error); direction controls, hidden signs, long tags (warnings)."""
    found: list[Problem] = []
    if INVALID.search(text):
        found.append(Problem("invalid_characters", Severity.ERROR, "text"))
    if BIDI_CONTROL.search(text):
        found.append(Problem("bidi_control", Severity.WARNING, "text"))
    if ZERO_WIDTH.search(text):
        found.append(Problem("zero_width", Severity.WARNING, "text"))
    found += [Problem("tag_lowercase", Severity.WARNING, "text", {"tag": tag}) for tag in lower_case_tags(text)]
    return found


def mention_problems(text: str) -> list[Problem]:
    """Mentions in the form ``@[Name](urn)`` that the platform will show as they are typed."""
    found = MENTION_FORM.findall(text)
    return [Problem("mention_will_not_work", Severity.WARNING, "text", {"mention": mention}) for mention in found]


def alt_problems(post: Post) -> list[Problem]:
    """Invalid signs in alt texts, which would break the picture's step long after approval."""
    return [
        Problem("invalid_characters", Severity.ERROR, f"pictures.{number}.alt")
        for number, picture in enumerate(post.pictures)
        if INVALID.search(picture.alt)
    ]


def picture_problems(rules: PictureRules, pictures: Sequence[Picture]) -> list[Problem]:
    """What a platform's rules say about pictures: number, type, alt text; size is a warning, for the desk resizes."""
    found: list[Problem] = []
    if len(pictures) > rules.max_count:
        over = {"max": rules.max_count, "count": len(pictures)}
        found.append(Problem("too_many_pictures", Severity.ERROR, "pictures", over))
    for number, picture in enumerate(pictures):
        found += _problems_of(rules, picture, f"pictures.{number}")
    return found


def _problems_of(rules: PictureRules, picture: Picture, place: str) -> list[Problem]:
    found: list[Problem] = []
    alt = picture.alt.strip()
    if not alt:
        found.append(Problem("alt_missing", Severity.ERROR, f"{place}.alt"))
    elif len(alt) > rules.alt_limit:
        over = {"over": len(alt) - rules.alt_limit, "max": rules.alt_limit}
        found.append(Problem("alt_too_long", Severity.ERROR, f"{place}.alt", over))
    if picture.mime not in rules.mime_types:
        found.append(Problem("picture_type", Severity.ERROR, place, {"mime": picture.mime}))
    too_wide = 0 < rules.max_side < max(picture.width, picture.height)
    too_many_pixels = 0 < rules.max_pixels < picture.width * picture.height
    if picture.size > rules.max_bytes or too_wide or too_many_pixels:
        found.append(Problem("picture_too_large", Severity.WARNING, place, {"max": rules.max_bytes}))
    return found


def nothing_but_link(text: str) -> bool:
    """True when a text holds addresses and no word of its own."""
    rest = URL.sub(" ", text)
    return rest != text and not any(sign.isalnum() for sign in rest)


def text_difference(sent: str, shown: str) -> str:
    """``text_cut`` when ``shown`` is only the beginning of ``sent``, ``text_differs`` when it is another, else ''."""
    ours, theirs = comparable(sent), comparable(shown)
    if ours == theirs:
        return ""
    begun = theirs.rstrip("\u2026. ")
    return "text_cut" if len(begun) < len(ours) and ours.startswith(begun) else "text_differs"


def may_be(sent: str, shown: str) -> bool:
    """True when ``shown`` could be ``sent`` with its end or its link lost: the same text, or its beginning."""
    return len(comparable(shown)) >= ALIKE and text_difference(sent, shown) != "text_differs"


def fitting(text: str, limit: int) -> int:
    """How many code points of ``text`` fit into ``limit`` code points of its composed form.

    Cuts between composed signs, so that no letter loses its accent.
    """
    if len(nfc(text)) <= limit:
        return len(text)
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if len(nfc(text[:middle])) <= limit else (low, middle - 1)
    while low > 0 and joins(text, low):
        low -= 1
    return low


JOINERS = re.compile("[\u200d\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
FLAG_LETTERS = re.compile("[\U0001f1e6-\U0001f1ff]+")


def joins(text: str, place: int) -> bool:
    """True when cutting before ``place`` would part an accent from its letter, or an emoji or a flag in two."""
    if not 0 < place < len(text):
        return False
    after, before = text[place], text[place - 1]
    if unicodedata.combining(after) or JOINERS.match(after) or before == "\u200d" or (before, after) == ("\r", "\n"):
        return True
    if not FLAG_LETTERS.match(after):
        return False
    start = place
    while start > 0 and FLAG_LETTERS.match(text[start - 1]):
        start -= 1
    return (place - start) % 2 == 1
