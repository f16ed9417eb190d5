"""Mastodon: posts on a server of one's own choice, each with its own limits; written from the API of 4.7."""

from __future__ import annotations

from samspill.channels.mastodon.platform import Mastodon

PLATFORM = Mastodon()
