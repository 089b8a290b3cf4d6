"""Lists count to a limit, and say so."""

import pytest

from apps.core import pages
from tests.factories import make_service

pytestmark = pytest.mark.django_db


def test_a_long_list_is_counted_up_to_a_limit_and_says_so(web, alice, payments, monkeypatch):
    monkeypatch.setattr(pages, "COUNTED", 3)
    for n in range(3):
        make_service(slug=f"s{n}", owner_team=payments)
    assert "More than" not in web(alice).get("/services/").content.decode()
    make_service(slug="s9", owner_team=payments)
    assert "More than 3 services" in web(alice).get("/services/").content.decode()


def test_the_csv_of_a_capped_list_holds_every_row(web, alice, payments, monkeypatch):
    monkeypatch.setattr(pages, "COUNTED", 3)
    for n in range(5):
        make_service(slug=f"s{n}", owner_team=payments)
    body = b"".join(web(alice).get("/services/?format=csv").streaming_content).decode()
    assert len(body.splitlines()) == 6
