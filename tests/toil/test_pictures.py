"""Every chart of toil is also a file that stands alone, and its rows."""

from xml.etree import ElementTree as ET

import pytest
import time_machine

from apps.toil import operations
from tests.toil.conftest import LATER, W10, days

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(payments, bob, log):
    quota = operations.add_source(name="Quota tickets", slug="quota", team=payments, by=bob)
    log(bob, payments, hours=6, source=quota)
    log(bob, payments, hours=2, day=days(2)[1], kind="ops_other")
    operations.recompute_weeks(payments, [W10], now=LATER)


CHARTS = {
    "/toil/teams/payments/weeks/2026-W10/?chart=days": ("Monday 2 March,6.0,0.0", "6 h of toil in 40 h"),
    "/toil/teams/payments/weeks/2026-W10/?chart=sources": ("Quota tickets,21600,100", "guests included"),
    "/toil/teams/?chart=together": ("Week 10,15.0,85.0", "At least 15%"),
    "/toil/sources/quota/?chart=weeks": ("Week 10,6.0", "6 h of everybody"),
    "/toil/teams/payments/?chart=share&period=4-weeks": ("Week 10,15.0000,15.0000", "the cap is 50%"),
    "/toil/teams/payments/budget/?chart=quarter": ("Week 10,0.0,6.0,6.0", "6 h of"),
}


@pytest.mark.parametrize("address", CHARTS)
def test_each_chart_is_drawn_and_comes_as_a_picture_and_as_rows(web, charlie, world, address):
    row, finding = CHARTS[address]
    with time_machine.travel(LATER.replace(year=2026, month=3, day=12), tick=False):
        page = web(charlie).get(address.split("?")[0]).content.decode()
        picture = web(charlie).get(f"{address}&format=svg")
        rows = b"".join(web(charlie).get(f"{address}&format=csv")).decode().splitlines()
    assert ("Show as a table" in page) or "sources" in address
    assert row in rows
    drawn = ET.fromstring(picture.content)
    assert drawn.tag.endswith("svg")
    assert finding in picture.content.decode()
    assert "class=" not in picture.content.decode()  # it needs no stylesheet
