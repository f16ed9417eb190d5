"""The desk's addresses of this room, below ``/desk/``. Registered in ``wagtail_hooks.py``."""

from __future__ import annotations

from django.urls import URLPattern, path

from samspill.publishing.views import acts, compose, writing

compose_urls: list[URLPattern] = [
    path("pages/<int:page_id>/kanaler/", compose.story, name="publishing_compose"),
    path("pages/<int:page_id>/kanaler/linje/", writing.bar, name="publishing_bar"),
    path("pages/<int:page_id>/kanaler/ta-med/", acts.add, name="publishing_add"),
    path("pages/<int:page_id>/kanaler/send/", acts.send_in, name="publishing_send_in"),
    path("innlegg/utseende-<slug:digest>.css", compose.sheet, name="publishing_sheet"),
    path("innlegg/<int:version_id>/", compose.post, name="publishing_compose_post"),
    path("innlegg/<int:version_id>/linje/", writing.post_bar, name="publishing_post_bar"),
    path("innlegg/<int:version_id>/mal/", writing.measure, name="publishing_measure"),
    path("innlegg/<int:version_id>/lagre/", writing.save, name="publishing_save"),
    path("innlegg/<int:version_id>/her/", writing.ping, name="publishing_ping"),
    path("innlegg/<int:version_id>/bilder/", writing.picture_rows, name="publishing_picture_rows"),
    path("innlegg/<int:version_id>/send/", acts.send_in_post, name="publishing_send_in_post"),
    path("innlegg/<int:version_id>/ta-ut/", acts.remove, name="publishing_remove"),
    path("innlegg/<int:version_id>/hent/", acts.copy, name="publishing_copy"),
    path("innlegg/<int:version_id>/svar/", acts.answer, name="publishing_answer"),
    path("innlegg/<int:version_id>/trad/", acts.thread, name="publishing_thread"),
    path("innlegg/<int:version_id>/i-takt/", acts.in_step, name="publishing_in_step"),
]

urlpatterns: list[URLPattern] = [*compose_urls]
