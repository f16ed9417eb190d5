"""The alert rules, the dashboard and the page about them name numbers that are there, and labels with those values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import connection
from django.test import Client
from django.utils import timezone
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from samspill.channels.models import Channel
from tests.rooms.desk import world

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "watching"
RULES = [rule for group in yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"] for rule in group["rules"]]
BOARD: dict[str, Any] = json.loads((FOLDER / "grafana.json").read_text())
TOKEN = "0123456789abcdef" * 4


def expressions() -> Iterator[tuple[str, str]]:
    """(where it stands, PromQL) of every rule and every panel."""
    for rule in RULES:
        yield rule["alert"], rule["expr"]
    for panel in BOARD["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]


def names(text: str) -> set[str]:
    return set(re.findall(r"\bsamspill_[a-z_]+", text))


@pytest.fixture
def families(settings: Any, db: None) -> list[Metric]:
    """What /metrics gives where a channel is by hand, a key ends, and a worker works."""
    settings.SAMSPILL_METRICS_TOKEN = TOKEN
    channels = world.channels()
    Channel.objects.filter(pk=channels["x"].pk).update(mode="by_hand")
    Channel.objects.filter(pk=channels["facebook"].pk).update(key_expires_at=timezone.now() + timedelta(days=3))
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    answer = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    return list(text_string_to_metric_families(answer.content.decode()))


@pytest.fixture
def labels(families: list[Metric]) -> dict[str, dict[str, set[str]]]:
    """Name of a sample → label → the values that it has."""
    found: dict[str, dict[str, set[str]]] = {}
    for family in families:
        for sample in family.samples:
            known = found.setdefault(sample.name, {})
            for label, value in sample.labels.items():
                known.setdefault(label, set()).add(value)
    return found


def test_every_number_that_a_rule_or_a_panel_names_is_given(labels: dict[str, Any]) -> None:
    missing = {(where, name) for where, text in expressions() for name in names(text) if name not in labels}
    assert not missing


def test_every_label_that_a_rule_or_a_panel_picks_by_has_that_value(labels: dict[str, Any]) -> None:
    wrong, checked = [], 0
    for where, text in expressions():
        for name, matchers in re.findall(r"(samspill_[a-z_]+)\{([^}]*)\}", text):
            for label, values in re.findall(r'(\w+)=~?"([^"]*)"', matchers):
                checked += 1
                wrong += [(where, label, one) for one in values.split("|") if one not in labels[name].get(label, ())]
    assert checked > 5 and not wrong


def test_every_label_that_a_rule_groups_or_tells_by_is_one_of_its_numbers(labels: dict[str, Any]) -> None:
    for where, text in expressions():
        known = {label for name in names(text) for label in labels[name]}
        for group in re.findall(r"\b(?:by|on|group_left) \(([^)]*)\)", text):
            assert {one.strip() for one in group.split(",")} <= known, where
    for rule in RULES:
        known = {label for name in names(rule["expr"]) for label in labels[name]}
        told = set(re.findall(r"\$labels\.(\w+)", str(rule["annotations"])))
        assert told <= known, rule["alert"]


def test_the_page_lists_each_number_that_is_given_and_no_other(families: list[Metric]) -> None:
    listed = set(re.findall(r"^\| `(samspill_\w+)` \|", (FOLDER / "README.md").read_text(), re.M))
    given = {re.sub(r"_g(sum|count)$", "", family.name) for family in families}
    assert listed == given


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_each_rule_says_how_bad_it_is_what_happened_and_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert len(rule["annotations"]["summary"]) > 15 and rule["annotations"]["description"].endswith(".")


def test_what_stops_posts_from_going_out_has_a_rule_that_wakes_somebody() -> None:
    critical = " ".join(rule["expr"] for rule in RULES if rule["labels"]["severity"] == "critical")
    needed = {"samspill_workers", "samspill_overdue_seconds", "samspill_channel_trouble"}
    assert needed <= names(critical)


def test_the_dashboard_loads_anywhere_its_panels_do_not_overlap_and_each_has_a_title() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in BOARD["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken and at["x"] + at["w"] <= 24 and panel["title"]
        assert panel["datasource"]["uid"] == "${datasource}"  # whatever it is called there
        taken |= cells
    assert len({panel["id"] for panel in BOARD["panels"]}) == len(BOARD["panels"])
    assert [one["name"] for one in BOARD["templating"]["list"]] == ["datasource"]
