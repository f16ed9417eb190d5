"""An administrator gives others their roles: he does not become all-powerful by it, and nothing of it goes unseen."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from wagtail.models import ModelLogEntry

from samspill.publishing import bootstrap
from tests.rooms.publishing.approval_world import World

PASSWORD = "et-langt-passord-uten-demo"


def form(user: Any, **changes: Any) -> dict[str, Any]:
    """Wagtail's form for a user as a browser sends it."""
    return {
        "username": user.username,
        "first_name": user.first_name or "X",
        "last_name": user.last_name or "Y",
        "email": user.email or "x@example.no",
        "password1": "",
        "password2": "",
        "is_active": "on",
        "groups": [str(group.pk) for group in user.groups.all()],
        **changes,
    }


def logged(user: Any) -> list[tuple[str, Any, dict[str, Any]]]:
    rows = ModelLogEntry.objects.filter(object_id=str(user.pk), action__startswith="samspill.user").order_by("pk")
    return [(row.action.removeprefix("samspill.user."), row.user, row.data) for row in rows]


@pytest.fixture
def editors(world: World) -> Group:
    return Group.objects.get(name=bootstrap.EDITORS)


def fresh(user: Any) -> Any:
    return get_user_model().objects.get(pk=user.pk)


def test_an_administrator_makes_nobody_a_superuser(world: World) -> None:
    client = world.as_(world.tor)
    client.post(f"/desk/users/edit/{world.amir.pk}/", form(world.amir, is_superuser="on"))
    client.post(f"/desk/users/edit/{world.tor.pk}/", form(world.tor, is_superuser="on"))
    new = {"username": "ny", "password1": PASSWORD, "password2": PASSWORD, "is_superuser": "on"}
    client.post("/desk/users/new/", {**form(world.nobody, groups=[]), **new})
    made = get_user_model().objects.get(username="ny")
    assert not [user.username for user in (made, fresh(world.amir), fresh(world.tor)) if user.is_superuser]


@pytest.mark.parametrize(
    "changes", [{"password1": PASSWORD, "password2": PASSWORD}, {"is_active": ""}, {"email": "tatt@example.no"}]
)
def test_an_administrator_does_not_take_over_or_close_a_superuser(world: World, changes: dict[str, str]) -> None:
    before = fresh(world.superuser)
    data = {name: value for name, value in form(world.superuser, **changes).items() if value or name != "is_active"}
    assert world.as_(world.tor).post(f"/desk/users/edit/{world.superuser.pk}/", data).status_code in (302, 403)
    after = fresh(world.superuser)
    assert (after.password, after.is_active, after.email) == (before.password, before.is_active, before.email)


@pytest.mark.parametrize(
    ("action", "data"), [("set_active_state", {"mark_as_active": "False"}), ("assign_role", {"role": "EDITORS"})]
)
def test_an_administrator_does_not_touch_a_superuser_in_bulk(
    world: World, editors: Group, action: str, data: dict[str, str]
) -> None:
    data = {name: value.replace("EDITORS", str(editors.pk)) for name, value in data.items()}
    world.as_(world.tor).post(f"/desk/bulk/auth/user/{action}/?id={world.superuser.pk}&next=/desk/users/", data)
    after = fresh(world.superuser)
    assert after.is_active
    assert not after.groups.exists()


def test_an_administrator_gives_himself_no_role(world: World, editors: Group) -> None:
    client = world.as_(world.tor)
    own = [str(group.pk) for group in world.tor.groups.all()]
    client.post(f"/desk/users/edit/{world.tor.pk}/", form(world.tor, groups=[*own, str(editors.pk)]))
    client.post(f"/desk/bulk/auth/user/assign_role/?id={world.tor.pk}&next=/desk/users/", {"role": editors.pk})
    assert not fresh(world.tor).has_perm("publishing.write_version")


def test_an_administrator_gives_others_roles_and_passwords_and_the_log_says_who_did_it(
    world: World, editors: Group
) -> None:
    client = world.as_(world.tor)
    data = form(world.nobody, groups=[str(editors.pk)], password1=PASSWORD, password2=PASSWORD)
    client.post(f"/desk/users/edit/{world.nobody.pk}/", data)
    assert fresh(world.nobody).has_perm("publishing.approve_version")
    assert logged(world.nobody) == [
        ("password", world.tor, {}),
        ("given", world.tor, {"roles": [bootstrap.EDITORS]}),
    ]
    client.post(f"/desk/users/edit/{world.nobody.pk}/", form(world.nobody, groups=[]))
    assert logged(world.nobody)[-1] == ("taken", world.tor, {"roles": [bootstrap.EDITORS]})


def test_bulk_actions_are_in_the_log_too(world: World, editors: Group) -> None:
    client = world.as_(world.tor)
    where = f"id={world.amir.pk}&next=/desk/users/"
    client.post(f"/desk/bulk/auth/user/assign_role/?{where}", {"role": editors.pk})
    client.post(f"/desk/bulk/auth/user/set_active_state/?{where}", {"mark_as_active": "False"})
    assert logged(world.amir)[-2:] == [
        ("given", world.tor, {"roles": [bootstrap.EDITORS]}),
        ("active", world.tor, {"now": False}),
    ]


def test_a_superuser_made_by_a_command_is_in_the_log(db: None) -> None:
    user = get_user_model().objects.create_superuser("rot")
    assert logged(user) == [("superuser", None, {"now": True})]


def test_the_log_speaks_bokmaal_and_tells_the_role_but_no_password(world: World, editors: Group) -> None:
    client = world.as_(world.superuser)
    data = form(world.nobody, groups=[str(editors.pk)], password1=PASSWORD, password2=PASSWORD)
    client.post(f"/desk/users/edit/{world.nobody.pk}/", data)
    for address in ("/desk/reports/site-history/", f"/desk/users/history/{world.nobody.pk}/"):
        page = client.get(address).content.decode()
        assert "Fikk rolle: Redaktører" in page
        assert "Passordet ble endret" in page
        assert PASSWORD not in page


@pytest.mark.parametrize("name", ["jonas", "amir", "liv", "tor"])
@pytest.mark.parametrize("address", ["groups/new/", "workflows/add/", "sites/new/", "collections/add/"])
def test_groups_workflows_sites_and_collections_are_the_superusers(world: World, name: str, address: str) -> None:
    assert world.as_(getattr(world, name)).get(f"/desk/{address}").status_code in (302, 403)


def test_people_sign_out_when_their_account_is_closed(world: World) -> None:
    client = world.as_(world.jonas)
    get_user_model().objects.filter(pk=world.jonas.pk).update(is_active=False)
    assert client.get("/desk/utsendelser/").status_code == 302
