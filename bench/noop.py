"""An empty job: what the queue engine can do at most, with everything else as in the product's worker."""

from __future__ import annotations

import os
import sys

NAME = "bench.noop"


def work() -> None:
    """``samspill worker`` that also knows the empty job. Does not return."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samspill.config.settings")
    import django

    django.setup()
    from procrastinate.contrib.django import app

    @app.task(name=NAME, queue="bench")
    def nothing() -> None:
        """Nothing."""

    from samspill.config.cli import main

    sys.exit(main(["worker"]))
