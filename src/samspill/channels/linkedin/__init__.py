"""A LinkedIn organisation (versioned REST): escaped text, article cards, described pictures, documents."""

from __future__ import annotations

from samspill.channels.linkedin.platform import LinkedIn

PLATFORM = LinkedIn()
