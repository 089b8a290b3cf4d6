"""Nothing on any page keeps anybody out: both looks, on a desk and in a hand."""

import pytest

from tests.browser import axe, pages
from tests.browser.window import LARGE, PHONE

ROUTES = pages.routes()
SIZES = {"1440": LARGE, "390": PHONE}


@pytest.mark.parametrize("area", sorted({pages.area(route) for route in ROUTES}))
def test_every_page_of_an_area_is_accessible_in_every_look(area, world, window):
    found = []
    for route in (route for route in ROUTES if pages.area(route) == area):
        own = window(pages.visitor(route), expects={404, 405} if route in pages.GONE else ())
        own.visit(pages.address(route, world))
        found += [f"{route} {line}" for line in every_look(own.page)]
    assert found == []


def every_look(page):
    for name, size in SIZES.items():
        page.set_viewport_size(size)
        for look in ("light", "dark"):
            page.emulate_media(color_scheme=look, reduced_motion="reduce")
            yield from (f"{name} {look} {line}" for line in axe.violations(page))
        if name == "390" and too_wide(page):
            yield f"{name} scrolls sideways by {too_wide(page)} px"


def too_wide(page):
    return page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
