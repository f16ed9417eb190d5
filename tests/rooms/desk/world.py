"""People, channels and deliveries in every state, as the desk's pages need them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone

from samspill.brands.models import Brand
from samspill.channels.contract import Action, Link, Picture, Post
from samspill.channels.models import Channel
from samspill.delivery.models import Attempt, Delivery, Step, Transition
from samspill.delivery.payload import fingerprint, to_json
from samspill.delivery.states import State
from samspill.publishing import bootstrap
from samspill.publishing.models import Version

S = State
SECRET = "aHemmelig-NOKKEL-4711"


def people(*, passwords: bool = False) -> dict[str, Any]:
    """One user per role, by role; ``root`` is a superuser, ``nobody`` may not enter the desk.

    With ``passwords`` each has the role's name as password; hashing them takes seconds.
    """
    bootstrap.ensure_roles_and_workflow()
    roles = {
        "editor": (bootstrap.EDITORS, "Ingrid", "Haugen"),
        "second": (bootstrap.EDITORS, "Jonas", "Berg"),
        "expert": (bootstrap.EXPERTS, "Amir", "Khan"),
        "leader": (bootstrap.LEADERS, "Hanne", "Lie"),
        "admin": (bootstrap.ADMINISTRATORS, "Kari", "Moe"),
    }
    found = {}
    model = get_user_model()
    for role, (group, first, last) in roles.items():
        user = model.objects.create_user(
            role, f"{role}@eksempel.no", role if passwords else None, first_name=first, last_name=last
        )
        user.groups.add(Group.objects.get(name=group))
        found[role] = user
    found["nobody"] = model.objects.create_user("nobody", "nobody@eksempel.no", "nobody" if passwords else None)
    found["root"] = model.objects.create_superuser("root", "root@eksempel.no", "root" if passwords else None)
    return found


def channels(base_url: str = "http://127.0.0.1:1") -> dict[str, Channel]:
    lottery, foundations = (
        Brand.objects.get_or_create(key="lotteritilsynet", defaults={"name": "Lotteritilsynet"})[0],
        Brand.objects.get_or_create(
            key="stiftelsestilsynet", defaults={"name": "Stiftelsestilsynet", "color": "stiftelse"}
        )[0],
    )
    made = {}
    for position, (key, platform, brand, name, mode) in enumerate(
        (
            ("x", "x", None, "@lottstift", "live"),
            ("facebook", "facebook", lottery, "Lotteritilsynet", "live"),
            ("linkedin", "linkedin", None, "Lotteri- og stiftelsestilsynet", "sandbox"),
            ("waiting", "facebook", foundations, "Stiftelsestilsynet", "waiting"),
        )
    ):
        channel = Channel(
            platform=platform, brand=brand, name=name, mode=mode, external_id=f"10{position}", position=position,
            base_url=base_url, public_url=f"https://{platform}.eksempel.no/lottstift",
        )  # fmt: skip
        if mode == "waiting":
            channel.wait_reason = "De fleste spørsmålene gjelder saken til en bestemt stiftelse."
            channel.look_again_on = timezone.localdate() + timedelta(days=90)
        channel.set_credentials({"access_token": SECRET})
        channel.save()
        made[key] = channel
    return made


def post(text: str = "Ser du noen som selger lodd på nettet? Spør tre ting.", pictures: int = 0) -> Post:
    return Post(
        text=text,
        pictures=tuple(
            Picture("0" * 64, "image/png", 1200, 800, 1000, f"Alternativ tekst {number}", "nb", f"bilde-{number}.png")
            for number in range(1, pictures + 1)
        ),
        link=Link("http://127.0.0.1:8000/l/abcd2345", "Slik kjenner du igjen et ulovlig lotteri", "Tre spørsmål"),
    )


def delivery(
    channel: Channel, state: State, title: str = "Slik kjenner du igjen et ulovlig lotteri", **more: Any
) -> Delivery:
    """A delivery that stands in ``state``, with the transitions and steps that belong to it."""
    now = timezone.now()
    writer, approver = more.pop("writer", None), more.pop("approver", None)
    at = more.pop("at", now - timedelta(minutes=40))
    page = more.pop("page", None)
    pictures = more.pop("pictures", 0)
    payload = to_json(post(pictures=pictures)) if state is not S.PLANNED else None
    values = {
        "due_at": None if state is S.PLANNED else at,
        "approved_at": None if state is S.PLANNED else at - timedelta(hours=2),
        "approved_by": approver if state is not S.PLANNED else None,
        "lapses_at": now + timedelta(days=3),
        "trace": "4e0d5a5e-0000-4000-8000-000000000000",
        **more,
    }
    if state is S.SENDING:
        values.setdefault("lease_until", now + timedelta(minutes=5))
        values.setdefault("lease_owner", "worker-1")
    if state in (S.DUE, S.UNKNOWN):
        values.setdefault("next_try_at", now + timedelta(minutes=2))
    found = Delivery.objects.create(
        channel=channel, title=title, state=state, page=page, payload=payload,
        payload_hash=fingerprint(payload) if payload else "", **values,
    )  # fmt: skip
    if found.action == Action.PUBLISH:
        review = Version.Review.DRAFT if state is S.PLANNED else Version.Review.APPROVED
        Version.objects.create(
            page=page, channel=channel, delivery=found, text=post().text, timing=Version.Timing.NOW, review=review,
            edited_by=writer, submitted_by=writer,
            current=page is None or not page.versions.filter(channel=channel).exists(),
        )  # fmt: skip
    if state is not S.PLANNED:
        _history(found, at, approver)
    return found


def _history(found: Delivery, at: datetime, approver: Any) -> None:
    unclear = found.state in (S.UNKNOWN, S.NEEDS_PERSON) and found.reason in (
        "timeout",
        "cannot_tell",
        "connection_lost",
    )
    is_done = found.state in (S.ACCEPTED, S.CONFIRMED, S.WITHDRAWN)
    if found.action == Action.PUBLISH:
        Step.objects.create(
            delivery=found, position=0, name="post", nature="once",
            state="unknown" if unclear else "done" if is_done else "waiting",
        )  # fmt: skip
    else:
        Step.objects.create(delivery=found, position=0, name="delete", nature="repeatable")

    def moved(when: datetime, before: State, after: State, **more: Any) -> None:
        Transition.objects.create(delivery=found, at=when, before=before, after=after, **more)

    def tried(number: int, when: datetime, kind: str, outcome: str, **more: Any) -> None:
        Attempt.objects.create(
            delivery=found, number=number, step="post" if kind == "send" else kind, kind=kind, started_at=when,
            outcome=outcome, **{"seconds": 0.42, "followed": found.state, **more},
        )  # fmt: skip

    moved(at - timedelta(hours=2), S.PLANNED, S.APPROVED, actor=approver)
    if found.state == S.APPROVED:
        return
    moved(at, S.APPROVED, S.DUE)
    if unclear:
        tried(
            1,
            at + timedelta(seconds=11),
            "send",
            "unknown",
            seconds=20.0,
            reason="timeout",
            detail="POST /2/tweets: no answer in 20 s",
        )
        for number in range(2, 7):
            tried(number, at + timedelta(seconds=30 * number), "find", "absent", detail="not in the list of own posts")
        if found.state == S.NEEDS_PERSON:
            moved(at + timedelta(minutes=5), S.UNKNOWN, S.NEEDS_PERSON, reason=found.reason)
    elif is_done:
        tried(1, at + timedelta(seconds=1), "send", "done", status=201)
        tried(2, at + timedelta(seconds=4), "confirm", "seen", reason=",".join(found.differences)[:40])
    elif found.state == S.REFUSED:
        tried(1, at + timedelta(seconds=1), "send", "refused", status=403, reason=found.reason or "content_rejected")
    elif found.state in (S.CANCELLED,):
        moved(at + timedelta(seconds=1), S.DUE, S.CANCELLED, actor=approver, note="Sykdom, flyttes til uke 49")
