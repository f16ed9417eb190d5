"""Nynorsk writes dates, times and numbers as bokmål does."""

from samspill.config.formats.nb.formats import *  # noqa: F403
