"""The tests' own database holds what the migrations put there, also after a test that really commits."""

import pytest
from django.db import connection
from wagtail.models import Page

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_may_throw_everything_away():
    Page.objects.all().delete()
    assert not Page.objects.exists()


def test_the_root_page_is_there():
    assert Page.objects.filter(depth=1).exists()


@pytest.mark.django_db(transaction=True)
def test_the_root_page_is_there_after_all_that():
    assert Page.objects.filter(depth=1).exists()


def test_the_server_is_postgresql_18():
    assert connection.pg_version // 10000 == 18
