"""Cuts a text into plain parts and parts that can be pressed."""

from __future__ import annotations

from sandbox.platform import Piece


def cut(text: str, marks: list[tuple[int, int, Piece]]) -> list[Piece]:
    """The text as pieces; each mark replaces `text[start:end]`. Of marks that overlap the first wins."""
    out, at = [], 0
    for start, end, piece in sorted(marks, key=lambda m: (m[0], -m[1])):
        if start < at or end > len(text):
            continue
        if start > at:
            out.append(Piece(text[at:start]))
        out.append(piece)
        at = end
    return [*out, Piece(text[at:])] if at < len(text) else out
