"""People and their rights: Wagtail's pages for users, less the ways from administrator to all-powerful.

To Wagtail whoever may change users is as good as a superuser. Here an administrator gives others their roles, and
neither makes superusers, nor touches one, nor gives a role to himself. What changes a person's rights or way in is
written in the log, whichever way it was done. See docs/adr/0011-who-gives-rights.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models.signals import m2m_changed, post_save, pre_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry, LogFormatter, log
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views import users as wagtails

User = get_user_model()
WATCHED = ("is_superuser", "is_active", "password")


class _WithoutPromotion:
    """A form that knows who fills it in. A field that is switched off keeps its value, whatever is posted."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, actor: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if actor is not None and actor.is_superuser:
            return
        if "is_superuser" in self.fields:
            self.fields["is_superuser"].disabled = True
        if actor is None or getattr(self, "instance", None) == actor:
            self.fields["groups"].disabled = True


class CreationForm(_WithoutPromotion, UserCreationForm):
    pass


class EditForm(_WithoutPromotion, UserEditForm):
    pass


class _TellsWho:
    """A view that tells its form who fills it in."""

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "actor": self.request.user}  # type: ignore[misc, attr-defined]


class CreateView(_TellsWho, wagtails.CreateView):
    pass


class EditView(_TellsWho, wagtails.EditView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refuse_superusers(request.user, [self.object])
        return super().dispatch(request, *args, **kwargs)


class UserViewSet(wagtails.UserViewSet):
    add_view_class = CreateView
    edit_view_class = EditView

    def get_form_class(self, for_update: bool = False) -> type[Any]:
        return EditForm if for_update else CreationForm


def refuse_superusers(actor: Any, people: Iterable[Any]) -> None:
    """Raises PermissionDenied when somebody who is no superuser would change one."""
    if not actor.is_superuser and any(person.is_superuser for person in people):
        raise PermissionDenied


@hooks.register("before_bulk_action")
def no_promotion_in_bulk(request: HttpRequest, action: str, objects: Any, view: Any) -> None:
    people = [item for item in objects if isinstance(item, User)]
    refuse_superusers(request.user, people)
    if action == "assign_role" and request.user in people and not request.user.is_superuser:  # type: ignore[union-attr]
        raise PermissionDenied


# --- the log ---------------------------------------------------------------------------------


@receiver(m2m_changed, sender=User.groups.through)
def roles_changed(instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **kwargs: Any) -> None:
    """Roles given or taken, in the form, in bulk, from a group's side or by a command."""
    verb = {"post_add": "given", "post_remove": "taken", "pre_clear": "taken"}.get(action)
    if verb is None:
        return
    if reverse:
        people = User.objects.filter(pk__in=pk_set) if pk_set is not None else instance.user_set.all()
        pairs = [(person, [instance.name]) for person in people]
    else:
        groups = Group.objects.filter(pk__in=pk_set) if pk_set is not None else instance.groups.all()
        pairs = [(instance, sorted(groups.values_list("name", flat=True)))]
    for person, names in pairs:
        if names:
            log(instance=person, action=f"samspill.user.{verb}", data={"roles": names})


@receiver(pre_save, sender=User)
def remember(instance: Any, raw: bool = False, update_fields: Any = None, **kwargs: Any) -> None:
    instance._before = None
    if not raw and instance.pk and (update_fields is None or set(update_fields) & set(WATCHED)):
        instance._before = User.objects.filter(pk=instance.pk).values(*WATCHED).first()


@receiver(post_save, sender=User)
def rights_changed(instance: Any, created: bool, raw: bool = False, **kwargs: Any) -> None:
    before = getattr(instance, "_before", None)
    if created and not raw and instance.is_superuser:
        log(instance=instance, action="samspill.user.superuser", data={"now": True})
    if not before:
        return
    for name, action in (("is_superuser", "superuser"), ("is_active", "active"), ("password", "password")):
        now = getattr(instance, name)
        if now != before[name]:
            data = {} if name == "password" else {"now": now}
            log(instance=instance, action=f"samspill.user.{action}", data=data)


@hooks.register("after_bulk_action")
def opened_or_closed_in_bulk(request: HttpRequest, action: str, objects: Any, view: Any) -> None:
    """Wagtail's bulk action writes past the signals above."""
    if action == "set_active_state":
        now = bool(view.cleaned_form.cleaned_data["mark_as_active"])
        for person in objects:
            log(instance=person, action="samspill.user.active", user=request.user, data={"now": now})


class _Formatter(LogFormatter):
    def __init__(self, label: Any, on: Any, off: Any = None) -> None:
        self.label, self.on, self.off = label, on, off

    def format_message(self, entry: Any) -> str:
        words = self.off if self.off is not None and not entry.data.get("now") else self.on
        return str(words) % {"roles": ", ".join(entry.data.get("roles", []))}


_WORDS = {
    "given": (_("Gi rolle"), _("Fikk rolle: %(roles)s")),
    "taken": (_("Ta fra rolle"), _("Mistet rolle: %(roles)s")),
    "superuser": (_("Endre full tilgang"), _("Fikk full tilgang til alt"), _("Mistet full tilgang til alt")),
    "active": (_("Åpne eller steng konto"), _("Kontoen ble åpnet"), _("Kontoen ble stengt")),
    "password": (_("Endre passord"), _("Passordet ble endret")),
}


@hooks.register("register_log_actions")
def words_for_the_log(actions: LogActionRegistry) -> None:
    for name, words in _WORDS.items():
        action, formatter = f"samspill.user.{name}", _Formatter(*words)
        actions.formatters[action] = formatter
        actions.choices.append((action, formatter.label))
