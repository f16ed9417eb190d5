"""The newsroom's tests read its translations, so they are compiled before the first catalogue is loaded."""

from __future__ import annotations

from samspill.config.messages import compile_stale

compile_stale()
