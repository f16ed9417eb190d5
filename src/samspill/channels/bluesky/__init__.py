"""Bluesky (AT Protocol): posts written from the published lexicons, under a record key that we choose ourselves."""

from __future__ import annotations

from samspill.channels.bluesky.platform import Bluesky

PLATFORM = Bluesky()
