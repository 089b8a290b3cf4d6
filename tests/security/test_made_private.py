"""T12, T16: what becomes private changes nothing for who took no part in it, and is gone where they read of it."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from apps.notifications.operations import mark_all_read
from tests.halves import half
from tests.security.canaries import pages, still, text_of, told
from tests.security.doors import knock
from tests.security.hidden import hide
from tests.security.world import NOW


@pytest.mark.parametrize("role", half(["charlie", "bob"]))
def test_T12_figures_and_counts_are_the_same_before_and_after(role, world, visit, time_stands):
    client = visit(role)
    paths = [*half(pages(world)), "/search/?q=ZEBRA"]
    # the hours of Search are one person's figures in the open table of teams: they hold no title and no key
    open_sums = ("/toil/teams/", "/api/v1/toil/teams/", "/toil/pareto/", "/api/v1/toil/pareto/")
    paths = [path for path in paths if not path.startswith(open_sums)]
    # charlie had access for a minute and was told so then, without a title or a key
    paths = [path for path in paths if "/inbox/" not in path and path != "/notifications/"]
    told = {"by": world.person(role), "now": NOW + timedelta(minutes=1)}
    mark_all_read(**told)
    before = {path: still(client.get(path)) for path in paths}
    hide(world)
    mark_all_read(**told)
    cache.clear()  # public pages are kept for seconds
    changed = [path for path in paths if still(client.get(path)) != before[path]]
    # a public promise that is named by a hidden write-up and a public incident keep their face
    assert changed == []


def test_it_stays_hidden_in_the_audit_trail_once_it_is_made_private_later(world, visit):
    ada, path = visit("ada"), f"/api/v1/incidents/{world.other.key}/"
    assert world.other.key in text_of(ada.get("/audit/?format=csv"))
    answer = knock(visit("alice"), "PATCH", path, {"is_private": True, "title": "ZEBRA99 quagga"})
    assert answer.status_code == 200
    assert not told(text_of(ada.get("/audit/?format=csv")), "", [world.other.key])
    assert world.other.key not in text_of(visit("charlie").get("/incidents/?format=csv"))
