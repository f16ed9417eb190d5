"""HTML from strangers as a tree, in a time that grows with its length alone. No Django.

What makes Python's and bs4's parsers slow is taken out first: comments and declarations that never end (each is looked
for to the end of the text), and elements nested by the thousand (bs4 walks up and down, and some of it by recursion).
"""

from __future__ import annotations

import re
from html import escape

from bs4 import BeautifulSoup, Tag

DEEPEST = 200  # elements within each other; pasted text has some tens, and old pages a paragraph in each paragraph
_OPENING = re.compile(r"<!--|<!\[CDATA\[|<[!?]")
_ENDS = {"<!--": "-->", "<![CDATA[": "]]>"}


def parse(html: str) -> BeautifulSoup:
    """The tree, without comments and declarations. What is nested deeper than ``DEEPEST`` is its text alone."""
    soup = BeautifulSoup(without_declarations(html), "html.parser")
    if depth(soup, DEEPEST) > DEEPEST:
        return BeautifulSoup(escape(soup.get_text(" "), quote=False), "html.parser")
    return soup


def without_declarations(html: str) -> str:
    """Without comments, CDATA, doctypes, instructions and Word's conditions; one without an end is text."""
    parts: list[str] = []
    position = 0
    endless: set[str] = set()
    while opening := _OPENING.search(html, position):
        end = _ENDS.get(opening[0], ">")
        found = -1 if end in endless else html.find(end, opening.end())
        parts.append(html[position : opening.start()])
        if found < 0:
            endless.add(end)  # nor is there one for those that follow
            parts.append("&lt;" + opening[0][1:])
            position = opening.end()
        else:
            position = found + len(end)
    whole = "".join([*parts, html[position:]])
    last = whole.rfind(">") + 1  # after that no tag ends, and so none begins
    return whole[:last] + whole[last:].replace("<", "&lt;")


def depth(soup: BeautifulSoup, enough: int) -> int:
    """How many elements stand within each other; not counted further than one more than ``enough``."""
    deepest, todo = 0, [(child, 1) for child in soup.children if isinstance(child, Tag)]
    while todo:
        tag, here = todo.pop()
        deepest = max(deepest, here)
        if deepest > enough:
            return deepest
        todo += [(child, here + 1) for child in tag.children if isinstance(child, Tag)]
    return deepest
