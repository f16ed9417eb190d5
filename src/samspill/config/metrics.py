"""``/metrics``: how it goes, in numbers for Prometheus, read from the database when asked: each process tells the same.

Nothing in it says who somebody is: channels go by number and platform. ``docs/watching/`` explains each number and has
alert rules and a dashboard.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import structlog
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from samspill.channels.models import Channel
from samspill.config import metrics_channels, metrics_ledger, metrics_queue

log = structlog.get_logger(__name__)


class Everything(Collector):
    """All the numbers, in a number of queries that does not depend on how much there is."""

    def collect(self) -> Iterator[Metric]:
        now = timezone.now()
        channels = list(Channel.objects.order_by("pk"))
        yield from metrics_ledger.collect(channels, now)
        yield from metrics_channels.collect(channels, now)
        yield from metrics_queue.collect()


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """The numbers, for whoever shows the token (``Authorization: Bearer``). 404 where no token is set, else 401."""
    token = settings.SAMSPILL_METRICS_TOKEN
    if not token:
        raise Http404
    scheme, _space, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secrets.compare_digest(given.strip().encode(), token.encode()):
        log.warning("metrics_refused")
        return HttpResponse(
            "Måletallene krever nøkkelen i SAMSPILL_METRICS_TOKEN.\n",
            status=401,
            content_type="text/plain; charset=utf-8",
            headers={"WWW-Authenticate": 'Bearer realm="metrics"'},
        )
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return HttpResponse(encode(Everything()), content_type=content_type)
