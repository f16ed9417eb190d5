"""Norway's public holidays, for a hint in the calendar. Pure.

Sources: lov om helligdager og helligdagsfred § 2 (Easter, Ascension, Whitsun, Christmas, New Year), lov om 1 og 17 mai;
Easter by the Gregorian computus (Meeus, Jones and Butcher).
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

_FIXED = {
    (1, 1): _("første nyttårsdag"),
    (5, 1): _("1. mai"),
    (5, 17): _("17. mai"),
    (12, 25): _("første juledag"),
    (12, 26): _("andre juledag"),
}
_FROM_EASTER = {
    -3: _("skjærtorsdag"),
    -2: _("langfredag"),
    0: _("første påskedag"),
    1: _("andre påskedag"),
    39: _("Kristi himmelfartsdag"),
    49: _("første pinsedag"),
    50: _("andre pinsedag"),
}


@lru_cache(maxsize=64)
def easter(year: int) -> date:
    """Easter Sunday of a Gregorian year."""
    golden = year % 19
    century, in_century = divmod(year, 100)
    leap_centuries, rest = divmod(century, 4)
    correction = (century + 8) // 25
    moon = (19 * golden + century - leap_centuries - (century - correction + 1) // 3 + 15) % 30
    leaps, left = divmod(in_century, 4)
    weekday = (32 + 2 * rest + 2 * leaps - moon - left) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def name_of(day: date) -> str:
    """The holiday's name, or empty on any other day."""
    fixed = _FIXED.get((day.month, day.day))
    moving = _FROM_EASTER.get((day - easter(day.year)).days)
    return str(fixed or moving or "")
