"""Finding addresses as X does, with or without a scheme: the rules of twitter-text 3.1.0.

twitter-text finds them with one large regular expression that backtracks over every known top-level
domain. Here the same answer is worked out per word with a dot in it, in time that grows with its length
only: each label of the word is looked at once, and the longest run of labels that ends in a top-level
domain is the host. Source: github.com/twitter/twitter-text, config v3 and conformance (Apache-2.0).
"""

from __future__ import annotations

import re
from bisect import bisect_right

from samspill.channels.domains import MAX_LABEL, coded_length, tld_end

MAX_URL = 4096  # UTF-16 units
MAX_SLUG = 40  # signs after t.co/

DIRECTION = "\u202a-\u202e\u061c\u200e\u200f\u2066\u2067\u2068\u2069"
SPACES = "\t-\r \x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
INVALID = "\ufffe\ufeff\uffff"
PUNCTUATION = r"\!'#%&'\(\)*\+,\\\-\.\/:;<=>\?@\[\]\^_{|}~\$"
LATIN = (
    "\xc0-\xd6\xd8-\xf6\xf8-\xff\u0100-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272\u0289"
    "\u028b\u02bb\u0300-\u036f\u1e00-\u1eff"
)
CYRILLIC = "\u0400-\u04ff"

NOT_IN_HOST = PUNCTUATION + SPACES + INVALID + DIRECTION
_WORD = f"(?:[^{NOT_IN_HOST}]|[._-])"
# A whole word with a dot in it. The look behind and the possessive repeat keep long words without one cheap.
WORD = re.compile(rf"(?<!{_WORD})(?:[^{NOT_IN_HOST}]|[_-])*+\.{_WORD}*+")
DOT_LETTER = re.compile(r"\.[^\W\d_]")  # no top-level domain begins otherwise
NOT_BEFORE = re.compile(f"[A-Za-z0-9@\uff20$#\uff03{INVALID}]")
SCHEME_BEFORE = re.compile(r"https?://\Z", re.IGNORECASE | re.ASCII)
ASCII_HOST = re.compile(f"[-A-Za-z0-9{LATIN}.]+")

_SIGN = rf"[A-Za-z{CYRILLIC}0-9!\*';:=\+,\.\$\/%#\[\]\-\u2013_~@\|&{LATIN}]"
_BRACKETS = rf"\((?:{_SIGN}+|(?:{_SIGN}*\({_SIGN}+\){_SIGN}*))\)"
_END = rf"(?:[\+\-A-Za-z{CYRILLIC}0-9=_#\/{LATIN}]|(?:{_BRACKETS}))"
_PATH = rf"(?:(?:{_SIGN}*(?:{_BRACKETS}{_SIGN}*)*{_END})|(?:@{_SIGN}+\/))"
_QUERY = r"\?[A-Za-z0-9!?\*'@\(\);:&=\+\$\/%#\[\]\-_\.,~|]*[A-Za-z0-9\-_&=#\/]"
AFTER_HOST = re.compile(rf"(?::[0-9]+)?(\/{_PATH}*)?(?:{_QUERY})?")
TCO = re.compile(rf"https?://t\.co/([a-z0-9]+)(?:{_QUERY})?", re.IGNORECASE | re.ASCII)


def find_urls(text: str) -> list[tuple[int, int]]:
    """Addresses in a composed text as (start, end) in code points, in order, not overlapping."""
    found: list[tuple[int, int]] = []
    if DOT_LETTER.search(text) is None:
        return found
    resume = 0  # as a regular expression would, go on after the last match
    for match in WORD.finditer(text):
        start, end = match.span()
        if DOT_LETTER.search(text, start, end) is None:
            continue
        word = Word(text, start, end)
        while (hit := word.next_match(resume)) is not None:
            found += hit.urls
            resume = hit.end
    return found


class Hit:
    """One match: the addresses in it (none when the match is passed over) and where it ends."""

    __slots__ = ("end", "urls")

    def __init__(self, end: int, urls: list[tuple[int, int]]) -> None:
        self.end = end
        self.urls = urls


class Word:
    """A run of signs that may make a host: its labels, and which of them are followed by a top-level domain."""

    __slots__ = ("ends", "labels", "names", "position", "start", "text", "tld_after")

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text, self.start = text, start
        self.position = start  # where the next host may begin
        self.labels: list[int] = [start]  # where labels begin
        dot = text.find(".", start, end)
        while dot != -1:
            self.labels.append(dot + 1)
            dot = text.find(".", dot + 1, end)
        # For label i: the end of a top-level domain that begins with label i + 1, when i may be a host's name.
        self.tld_after = [self._tld_after(index) for index in range(len(self.labels) - 1)]
        self.ends = self._run_ends()
        self.names = self._names()

    def _good_label(self, begin: int, end: int) -> bool:
        """Begins and ends with a sign, with hyphens and underscores at most inside."""
        return begin < end and self.text[begin] not in "_-" and self.text[end - 1] not in "_-"

    def _tld_after(self, index: int) -> int:
        """End of the top-level domain after label ``index``, or 0."""
        begin, after = self.labels[index], self.labels[index + 1]
        # Only the label's end and body count here: a host may begin in the middle of it.
        if after - 2 < begin or self.text[after - 2] in "_-":
            return 0
        return tld_end(self.text, after)

    def _run_ends(self) -> list[int]:
        """For each label, the index of the last label of the unbroken run of good labels that it begins."""
        last = len(self.labels) - 2
        ends = [0] * (last + 1)
        for index in range(last, -1, -1):
            good_next = index < last and self._good_label(self.labels[index + 1], self.labels[index + 2] - 1)
            ends[index] = ends[index + 1] if good_next else index
        return ends

    def _names(self) -> list[int]:
        """For each label, the nearest one at or before it that can be a host's name as a whole, or -1."""
        names: list[int] = []
        nearest = -1
        for index, tld in enumerate(self.tld_after):
            if tld and "_" not in self.text[self.labels[index] : self.labels[index + 1]]:
                nearest = index
            names.append(nearest)
        return names

    def next_match(self, resume: int) -> Hit | None:
        """The leftmost match at or after ``resume``; None when the word holds no more."""
        text = self.text
        if self.position == self.start:
            self.position = self.start + 1
            scheme = SCHEME_BEFORE.search(text, max(resume, self.start - 8), self.start)
            if scheme is not None and may_precede(text, scheme.start(), resume):
                host_end = self._host_end(self.start)
                if host_end:
                    return self._with_scheme(scheme.start(), host_end)
            for begin in self._first_begins():
                if may_precede(text, begin, resume) and (host_end := self._host_end(begin)):
                    return self._without_scheme(begin, host_end)
        self.position = max(self.position, resume)
        last_start = self.labels[-1] - 1  # a host begins before the last dot
        while self.position < last_start:
            begin = self.position
            self.position += 1
            if may_precede(text, begin, resume) and (host_end := self._host_end(begin)):
                return self._without_scheme(begin, host_end)
        return None

    def _first_begins(self) -> tuple[int, ...]:
        """Where to try first. At the very start of a text, twitter-text would rather see a sign before the host."""
        if self.start == 0 and NOT_BEFORE.match(self.text) is None:
            return (1, 0)
        return (self.start,)

    def _host_end(self, begin: int) -> int:
        """End of the host that begins at ``begin``, or 0."""
        index = bisect_right(self.labels, begin) - 1
        if index + 1 >= len(self.labels) or not self._good_label(begin, self.labels[index + 1] - 1):
            return 0
        name = self.names[self.ends[index]]
        if name > index:
            return self.tld_after[name]
        if self.tld_after[index] and "_" not in self.text[begin : self.labels[index + 1]]:
            return self.tld_after[index]
        return 0

    def _with_scheme(self, begin: int, host_end: int) -> Hit:
        text = self.text
        rest = AFTER_HOST.match(text, host_end)
        end = rest.end() if rest else host_end
        if not valid_length(text, begin, end, self.start, host_end, 0):
            return Hit(end, [])
        short = TCO.match(text, begin, end)
        if short is None:
            return Hit(end, [(begin, end)])
        return Hit(end, [] if len(short.group(1)) > MAX_SLUG else [(begin, short.end())])

    def _without_scheme(self, begin: int, host_end: int) -> Hit:
        """Without a scheme only Latin hosts count, and more than one may stand in what looks like one."""
        text = self.text
        rest = AFTER_HOST.match(text, host_end)
        end = rest.end() if rest else host_end
        unusable = begin > 0 and text[begin - 1] in "-_./"
        if unusable or not valid_length(text, begin, end, begin, host_end, len("https://")):
            return Hit(end, [])
        hosts = ascii_hosts(text, begin, host_end)
        if hosts and rest is not None and rest.group(1):
            # The path belongs to the last host; signs between them are not counted, as twitter-text has it.
            hosts[-1] = (hosts[-1][0], hosts[-1][1] + end - host_end)
        return Hit(end, hosts)


def may_precede(text: str, begin: int, resume: int) -> bool:
    """True when an address may begin at ``begin``: at the very start, or after a sign that is free and allowed."""
    if begin == 0:
        return True
    return begin - 1 >= resume and NOT_BEFORE.match(text, begin - 1) is None


def ascii_hosts(text: str, begin: int, end: int) -> list[tuple[int, int]]:
    """Latin hosts with a top-level domain in ``text[begin:end]``."""
    found: list[tuple[int, int]] = []
    host = text[begin:end]
    position = 0
    while (run := ASCII_HOST.search(host, position)) is not None:
        hit = _ascii_host(host, run.start(), run.end())
        if hit is None:
            position = run.end()
        else:
            found.append((begin + hit[0], begin + hit[1]))
            position = hit[1]
    return found


def _ascii_host(host: str, begin: int, end: int) -> tuple[int, int] | None:
    while begin < end and host[begin] == ".":
        begin += 1
    labels_end = host.find("..", begin, end)
    stop = end if labels_end == -1 else labels_end + 1
    dot = host.rfind(".", begin, stop)
    while dot > begin:
        if tld := tld_end(host, dot + 1):
            return begin, tld
        dot = host.rfind(".", begin, dot)
    return _ascii_host(host, labels_end + 1, end) if labels_end != -1 else None


def valid_length(text: str, begin: int, end: int, host_begin: int, host_end: int, extra: int) -> bool:
    """True when every label fits into 63 bytes of Punycode, and the whole address into 4,096 units."""
    host = text[host_begin:host_end]
    if host[:4] == "xn--" and not ascii_hosts(host, 0, len(host)):
        return False
    if not all(0 < coded_length(label) <= MAX_LABEL for label in host.split(".")):
        return False
    if extra == 0:
        extra = text.find("//", begin) + 2 - begin
    units = len(text[begin:end].encode("utf-16-le", "surrogatepass")) // 2
    return units + extra <= MAX_URL
