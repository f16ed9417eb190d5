"""Moved to ``samspill.language.accept``, which every room may import."""

from samspill.language.accept import DEFAULT, desk_language

__all__ = ["DEFAULT", "desk_language"]
