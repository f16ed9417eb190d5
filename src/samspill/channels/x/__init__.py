"""X (API v2): posts with up to four described pictures, written from the published OpenAPI (2.167)."""

from __future__ import annotations

from samspill.channels.x.platform import X

PLATFORM = X()
