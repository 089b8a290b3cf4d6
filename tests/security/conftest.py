from copy import deepcopy
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from rest_framework.test import APIClient

from tests.security.world import NOW, make_world


@pytest.fixture
def mail_dir(settings, tmp_path):
    settings.MAIL_DIR = tmp_path
    return tmp_path


@pytest.fixture(scope="module")
def standing_world(django_db_setup, django_db_blocker):
    """Made once for each module, since making it takes longer than most tests: each has a transaction inside of its."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(standing_world, db, mail_dir):
    cache.clear()  # public pages are kept for seconds
    return deepcopy(standing_world)


@pytest.fixture
def visit(world, web):
    """visit("bob") is bob's browser and program in one: a session, which both doors take."""
    known = {}

    def client_of(role):
        if role not in known:
            known[role] = web(world.person(role))
        return known[role]

    return client_of


@pytest.fixture
def program(world):
    def client_of(role):
        client = APIClient()
        if role != "anon":
            client.force_authenticate(world.person(role))
        return client

    return client_of


@pytest.fixture
def time_stands(world):
    """An answer a minute later may say so."""
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        yield
