"""How long to wait before the next try or look. Pure; seconds."""

from __future__ import annotations

import random

FIRST, LONGEST = 2.0, 900.0
LOOKS = (2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
LONGEST_WAIT = 6 * 3600.0  # what a platform may ask for in one answer


def after_failure(failures: int) -> float:
    """Doubles from 2 s to 15 min, with full jitter in the upper half so that retries spread out."""
    ceiling = min(LONGEST, FIRST * 2 ** min(max(failures - 1, 0), 20))
    return ceiling / 2 + random.uniform(0, ceiling / 2)  # noqa: S311 - spreading load, not a secret


def as_asked(retry_after: float, failures: int) -> float:
    """What the platform asked for, at least 0.2 s, at most six hours, plus up to a tenth of jitter."""
    wait = min(max(retry_after, 0.2), LONGEST_WAIT)
    return wait + random.uniform(0, min(wait / 10, 30))  # noqa: S311


def before_look(looks: int) -> float:
    """Wait before look number ``looks`` (from 0) for a post that may be out."""
    return LOOKS[min(looks, len(LOOKS) - 1)]
