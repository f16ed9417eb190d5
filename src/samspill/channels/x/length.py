"""Stand-in until the weighted count is in."""

from samspill.channels.contract import Count

LIMIT = 280


def count(text: str) -> Count:
    n = len(text)
    problems = (("too_long",) if n > LIMIT else ()) + (("empty",) if not text.strip() else ())
    return Count(n, LIMIT, not problems, problems, min(n, LIMIT))
