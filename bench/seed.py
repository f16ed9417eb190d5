"""Fills the database: copies of one story with its post, its delivery and what was tried, made by the database itself.

Everything that the pages read is there: the story in the tree and in the search index, the post, the ledger's rows.
Nearly all are out; a fixed number needs a person or waits for its time, since that is what people's work keeps small.
"""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

from samspill.delivery.models import Attempt, Delivery, Step, Transition
from samspill.newsroom.models import PressRelease
from samspill.publishing.models import Version

FIRST = 1_000_000  # ids of copies begin above all others
FOR_A_PERSON, WAITING = 40, 200
SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PATH = " || ".join(f"substr('{SIGNS}', (g.n + 200) / {36**power} % 36 + 1, 1)" for power in (3, 2, 1, 0))


def grow(story: PressRelease, deliveries: list[Delivery], low: int, high: int) -> None:
    """Copies number ``low`` to ``high`` of ``story``, the deliveries' channels by turns."""
    with transaction.atomic(), connection.cursor() as cursor:
        parent = story.get_parent()
        page = {
            "id": f"{FIRST} + g.n",
            "path": f"'{parent.path}' || {PATH}",
            "slug": "'sak-' || g.n",
            "url_path": f"'{parent.url_path}sak-' || g.n || '/'",
            "title": "'Sak nummer ' || g.n || ': ' || s.title",
            "draft_title": "'Sak nummer ' || g.n || ': ' || s.title",
            "translation_key": "gen_random_uuid()",
            "latest_revision_id": "NULL",
            "live_revision_id": "NULL",
            "first_published_at": "now() - g.n * interval '20 minutes'",
            "last_published_at": "now() - g.n * interval '20 minutes'",
            "latest_revision_created_at": "now() - g.n * interval '20 minutes'",
        }
        every = f"generate_series({low}, {high}) AS g(n)"
        _copy(cursor, "wagtailcore_page", f"s.id = {story.pk}", every, page)
        ours = {"page_ptr_id": f"{FIRST} + g.n"}
        _copy(cursor, "newsroom_newsroomstory", f"s.page_ptr_id = {story.pk}", every, ours)
        _copy(cursor, "newsroom_pressrelease", "s.newsroomstory_ptr_id = " + str(story.pk), every,
              {"newsroomstory_ptr_id": f"{FIRST} + g.n"})  # fmt: skip
        kinds = ContentType.objects.get_for_models(PressRelease, *PressRelease._meta.get_parent_list())
        numbers = ",".join(str(kind.pk) for kind in kinds.values())
        _copy(cursor, "wagtailsearch_indexentry", f"s.object_id = '{story.pk}' AND s.content_type_id IN ({numbers})",
              every, {"object_id": f"({FIRST} + g.n)::text"})  # fmt: skip
        cursor.execute(
            "UPDATE wagtailcore_page SET numchild = numchild + %s WHERE id = %s", [high - low + 1, parent.pk]
        )
        for turn, delivery in enumerate(deliveries):
            _copy_delivery(cursor, delivery, f"{every} ", f" AND g.n % {len(deliveries)} = {turn}")
        if low == 1:
            _let_some_wait(cursor)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _copy_delivery(cursor: Any, delivery: Delivery, every: str, turn: str) -> None:
    moment = "now() - g.n * interval '20 minutes'"
    row = {
        "id": f"{FIRST} + g.n", "code": "'s' || g.n", "page_id": f"{FIRST} + g.n", "trace": "''",
        "title": "'Sak nummer ' || g.n || ': ' || s.title", "external_id": "s.external_id || '-' || g.n",
        **dict.fromkeys(("changed_at", "approved_at", "due_at", "accepted_at", "confirmed_at"), moment),
        "lapses_at": f"{moment} + interval '3 days'", "give_up_at": f"{moment} + interval '1 day'",
    }  # fmt: skip
    _copy(cursor, Delivery._meta.db_table, f"s.id = {delivery.pk}{turn}", every, row)
    for model, when in ((Step, "first_sent_at"), (Attempt, "started_at"), (Transition, "at")):
        mine = {"delivery_id": f"{FIRST} + g.n", when: moment}
        _copy(cursor, model._meta.db_table, f"s.delivery_id = {delivery.pk}{turn}", every, mine)
    version = Version.objects.get(delivery=delivery)
    mine = {"delivery_id": f"{FIRST} + g.n", "page_id": f"{FIRST} + g.n", "latest_revision_id": "NULL"}
    _copy(cursor, Version._meta.db_table, f"s.id = {version.pk}{turn}", every, mine)


def _let_some_wait(cursor: Any) -> None:
    cursor.execute(
        f"UPDATE {Delivery._meta.db_table} SET state = 'needs_person', reason = 'timeout', accepted_at = NULL,"  # noqa: S608
        f" confirmed_at = NULL WHERE id > {FIRST} AND id <= {FIRST + FOR_A_PERSON}"
    )
    cursor.execute(
        f"UPDATE {Delivery._meta.db_table} SET state = 'approved', accepted_at = NULL, confirmed_at = NULL,"  # noqa: S608
        f" due_at = now() + interval '2 days' + (id - {FIRST}) * interval '40 minutes',"
        " lapses_at = now() + interval '60 days'"
        f" WHERE id > {FIRST + FOR_A_PERSON} AND id <= {FIRST + FOR_A_PERSON + WAITING}"
    )


def _copy(cursor: Any, table: str, where: str, every: str, other: dict[str, str]) -> None:
    """Copies of the rows ``where`` (alias s) for each number (g.n), with ``other`` expressions for some columns."""
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'", [table]
    )
    columns = [name for (name,) in cursor.fetchall() if name != "id" or "id" in other]
    values = ", ".join(other.get(name, f's."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    cursor.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} AS s, {every} WHERE {where}")  # noqa: S608
