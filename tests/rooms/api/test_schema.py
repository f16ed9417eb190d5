"""Schemathesis drives every operation with what the description allows and with what it does not.

No answer is a failure of ours, each is of the described status, kind and shape, nothing wrong is taken, and nobody
gets in without a token. The same examples each time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import hypothesis
import jsonschema
import pytest
import schemathesis
from django.core import signals
from django.db import close_old_connections, transaction
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode, checks

from samspill.api import tokens
from samspill.api.openapi import description
from samspill.api.scopes import Scope
from samspill.config.wsgi import application
from samspill.delivery import hold as holds
from samspill.publishing import approve, versions
from tests.rooms.api.conftest import System
from tests.rooms.newsroom.factories import make_photo
from tests.rooms.publishing.approval_world import World

EXAMPLES = 4  # for each operation, of each kind
CHECKED = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
WITHOUT_FIELDS = {"get /api/v1/me"}
WRONG_TOO = (*CHECKED, "negative_data_rejection")


@pytest.fixture
def open_connection() -> Iterator[None]:
    """As Django's own client for tests does: a request does not close the connection that the test's data lie in."""
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (signals.request_started, signals.request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def asked(db: None, open_connection: None, settings: Any) -> dict[str, Any]:
    """A newsroom with something of each kind, numbers that lead to it, and a token that covers all."""
    settings.SAMSPILL_API_PER_MINUTE = 0
    world = World()
    version = world.post(world.jonas)
    world.submit()
    lonely = versions.add(None, world.facebook, world.jonas, text="Vi svarer til klokka 15.")
    approve.submit_post(lonely, world.jonas)
    hold = holds.place(world.superuser, "Øving", channel=world.facebook)
    _token, secret = tokens.make(world.superuser, "Prøven", list(Scope), 30)
    numbers = {
        "story_id": world.story.pk, "version_id": lonely.pk, "delivery_id": version.delivery_id,
        "channel_id": world.x.pk, "picture_id": make_photo().pk, "hold_id": hold.pk,
    }  # fmt: skip
    return {"secret": secret, "numbers": numbers}


def drive(operation: Any, asked: dict[str, Any], mode: GenerationMode, names: tuple[str, ...]) -> None:
    """Some examples of one operation, each undone afterwards. Raises what the checks found."""
    wanted = [checks.CHECKS.get_one(name) for name in names]

    @hypothesis.seed(1)
    @hypothesis.settings(
        max_examples=EXAMPLES, deadline=None, database=None,
        suppress_health_check=list(hypothesis.HealthCheck), phases=[hypothesis.Phase.generate],
    )  # fmt: skip
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def run(case: Any) -> None:
        for name, number in asked["numbers"].items():
            if mode is GenerationMode.POSITIVE and name in case.path_parameters:
                case.path_parameters[name] = number
        headers = {"Authorization": f"Bearer {asked['secret']}"}
        with transaction.atomic():
            case.call_and_validate(headers=headers, checks=wanted)
            transaction.set_rollback(True)

    run()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mode", "names"), [(GenerationMode.POSITIVE, CHECKED), (GenerationMode.NEGATIVE, WRONG_TOO)], ids=str
)
def test_no_answer_breaks_what_the_description_promises(
    asked: dict[str, Any], mode: GenerationMode, names: tuple[str, ...]
) -> None:
    schema = schemathesis.openapi.from_dict(description())
    schema.app = application
    found, untried, driven = {}, [], 0
    for path, methods in description()["paths"].items():
        for method in methods:
            driven += 1
            try:
                drive(schema[path][method.upper()], asked, mode, names)
            except Unsatisfiable:
                untried.append(f"{method} {path}")
            except (Exception, BaseExceptionGroup) as error:
                found[f"{method} {path}"] = str(error)[:2000]
    assert driven > 30
    # Nothing that is sent to these can be wrong but what every call has.
    assert set(untried) <= (WITHOUT_FIELDS if mode is GenerationMode.NEGATIVE else set()), untried
    assert not found, "\n\n".join(f"{name}: {said}" for name, said in found.items())


def test_the_description_is_openapi_3_1_and_public(db: None) -> None:
    answer = System().get("/openapi.json")
    assert answer.status_code == 200 and answer["Content-Type"] == "application/json"
    found = answer.json()
    assert found["openapi"].startswith("3.1")
    for schema in found["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_every_shape_has_a_name_of_its_own() -> None:
    from samspill.api.fields import In, Out

    def below(kind: type) -> list[type]:
        return [kind, *(deeper for one in kind.__subclasses__() for deeper in below(one))]

    ours = {one for base in (In, Out) for one in below(base) if one.__module__.startswith("samspill.api")}
    names = [one.__name__ for one in ours]
    assert sorted(names) == sorted(set(names))
