"""How an approved workflow ends. Wagtail reads this while its models load: nothing is imported before the call."""

from __future__ import annotations

from typing import Any


def finish(workflow_state: Any, user: Any = None) -> Any:
    """Publish what was approved; see ``samspill.publishing.approve``."""
    from samspill.publishing.approve import publish_after_approval

    return publish_after_approval(workflow_state, user=user)
