"""One job for each person and message: one that cannot be delivered is tried again, and holds back nobody else's."""

from __future__ import annotations

import structlog
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

log = structlog.get_logger(__name__)
AGAIN = RetryStrategy(max_attempts=6, exponential_wait=5, wait=30)  # after a minute, then ever rarer, for five hours


@app.task(name="mail.send", queue="mail", retry=AGAIN)
def send(user_id: int, subject: str, text: str) -> None:
    """Send to one person, if he or she is still active and has an address. Raises what the mail server raises."""
    if not settings.SAMSPILL_MAIL:
        return
    person = get_user_model().objects.filter(pk=user_id, is_active=True).exclude(email="").first()
    if person is None:
        return
    EmailMessage(subject, text, to=[person.email]).send()
    log.info("mail_sent", user=user_id)
