"""Toil by service: the shares of a team's services and the rest are the team's, and several services are one sum."""

import pytest
import time_machine

from apps.services.models import Tag
from apps.toil import operations
from apps.toil.models import TeamWeek
from apps.toil.percent import total
from apps.toil.periods import week_of
from apps.toil.products import product, toil_of_services
from tests.factories import make_membership, make_service, make_user
from tests.toil.conftest import LATER, W10

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(payments, search, bob, log):
    """bob has 40 h for Payments, kim 24 h of 40 for Search; a guest helps."""
    kim, guest = make_user("kim"), make_user("guest")
    make_membership(kim, search, allocation_pct=60)
    checkout, refunds = (make_service(slug=slug, owner_team=payments) for slug in ("checkout", "refunds"))
    index = make_service(slug="index", owner_team=search)
    for service in (checkout, index):
        service.tags.add(Tag.objects.get_or_create(name="shop")[0])
    log(bob, payments, hours=6, service=checkout)
    log(bob, payments, hours=4, service=refunds)
    log(bob, payments, hours=2)
    log(kim, search, hours=6, service=index)
    log(kim, search, hours=3, service=checkout)  # another team's
    log(guest, payments, hours=1, service=checkout)
    log(bob, payments, hours=9, service=checkout, kind="engineering")
    for team in (payments, search):
        operations.recompute_weeks(team, [W10], now=LATER)
    return checkout, refunds, index


def test_a_service_is_measured_against_its_team_and_others_stand_beside(world, payments):
    checkout, refunds, index = world
    found = toil_of_services(world, week_of(W10))
    assert [found[row.pk].share.shown() for row in world] == ["15.0%", "10.0%", "25.0%"]
    assert (found[checkout.pk].others, found[refunds.pk].others) == (4 * 3600, 0)
    none = TeamWeek.objects.get(team=payments, monday=W10).share
    assert none.toil_seconds - sum(found[row.pk].seconds for row in (checkout, refunds)) == 2 * 3600
    assert product([found[checkout.pk], found[refunds.pk]]).shown() == "25.0%"  # one team's time once
    shop = [found[checkout.pk], found[index.pk]]
    assert product(shop).shown() == "18.8%"  # 12 of 64 h, not the mean of 15 and 25
    assert product(shop) == total(row.share for row in shop)
    assert toil_of_services([], week_of(W10)) == {}


def test_what_a_product_costs_is_read_on_a_page_and_by_a_program(web, api, charlie, world):
    with time_machine.travel(LATER.replace(year=2026, month=3, day=12), tick=False):
        page = web(charlie).get("/toil/services/?tag=shop").content.decode()
        assert "18.8%" in page
        assert "12 h of the 64 h" in page
        rows = api(charlie).get("/api/v1/toil-services/?tag=shop").json()["results"]
    assert [(row["service"], row["pct"], row["others_seconds"]) for row in rows] == [
        ("checkout", 15.0, 4 * 3600),
        ("index", 25.0, 0),
    ]


def test_the_organisation_is_one_sum_with_how_it_came_about(web, charlie, world):
    with time_machine.travel(LATER.replace(year=2026, month=3, day=12), tick=False):
        page = web(charlie).get("/toil/teams/").content.decode()
    assert "21 h ÷ 64 h = 32.8%" in page
