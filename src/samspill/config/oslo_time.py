"""Oslo's wall clock for all: a user's own time zone never moves a planned time.

Wagtail shows and reads times in the zone of the user's profile, so a user in another zone would move a planned
time with each save (wagtail#10243). The field is hidden (``WAGTAIL_USER_TIME_ZONES`` has one zone); here the
value is also ignored when it is already stored, imported or written past the form.
"""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_init, pre_save
from django.dispatch import receiver
from wagtail.users.models import UserProfile


@receiver((post_init, pre_save), sender=UserProfile)
def forget_own_time_zone(instance: UserProfile, **kwargs: Any) -> None:
    """An empty zone means the site's, Europe/Oslo."""
    if "current_time_zone" in instance.__dict__:  # not while the field is deferred
        instance.current_time_zone = ""
