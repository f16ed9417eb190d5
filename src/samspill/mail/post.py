"""``tell(people, subject, text)``: e-mail to people of the desk, sent by a worker once the transaction is through."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction

from samspill.mail import tasks


def tell(people: Iterable[Any], subject: str, text: str) -> int:
    """Have a plain text sent to each of ``people`` (users) by itself: nobody sees the others' addresses.

    Nothing is queued for those without an address, nor where no mail server is set up (``SAMSPILL_MAIL_URL``). The
    subject is one line. Returns how many are written to.
    """
    if not settings.SAMSPILL_MAIL:
        return 0
    chosen = sorted({person.pk for person in people if person.is_active and person.email})
    line = " ".join(subject.split())
    for pk in chosen:
        # After the transaction, and without failing it: what is told stands on the front page as well.
        transaction.on_commit(partial(tasks.send.defer, user_id=pk, subject=line, text=text), robust=True)
    return len(chosen)
