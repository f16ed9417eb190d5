"""A Facebook Page (Graph API): text, link card, described pictures, edit, delete."""

from __future__ import annotations

from samspill.channels.facebook.platform import Facebook

PLATFORM = Facebook()
