"""Nothing on any page keeps anybody out: both looks, on a desk and in a hand.

The embedded run looks at the pages of half of the areas, the run with servers at those of the others. Each page is
looked at on a desk, every other one light and dark, and in a hand for what depends on its size; the first of each area
in all four looks. What is looked at besides is looked at in the embedded run.
"""

import pytest

from apps.core import problems
from tests.browser import axe, pages
from tests.browser.window import LARGE, PHONE
from tests.halves import half, once
from tests.security.bodies import address

ROUTES = pages.routes()
LISTS = (
    "/incidents/",
    "/postmortems/",
    "/action-items/",
    "/services/",
    "/teams/",
    "/people/",
    "/toil/",
    "/toil/teams/",
    "/audit/",
)
# The same row some hundred times over: axe would need seconds for each look at it.
LONG = {"/api/docs/": ".api-rows"}
SHORTEN = """lists => document.querySelectorAll(lists).forEach(
    list => [...list.children].slice(4).forEach(row => row.remove()))"""
# What is on the page, and in which order, is the same in all of them; colour is looked at in each.
LOOKS = (
    ("1440 light", LARGE, "light", axe.RULES),
    ("390 dark", PHONE, "dark", axe.RULES_OF_SIZE + axe.RULES_OF_COLOUR),
    ("1440 dark", LARGE, "dark", axe.RULES_OF_COLOUR),
    ("390 light", PHONE, "light", axe.RULES_OF_SIZE + axe.RULES_OF_COLOUR),
)
IN_TURNS = (
    (LOOKS[0], ("390 dark", PHONE, "dark", axe.RULES_OF_SIZE)),
    (("1440 dark", LARGE, "dark", axe.RULES), ("390 light", PHONE, "light", axe.RULES_OF_SIZE)),
)


@pytest.mark.parametrize("area", half(sorted({pages.area(route) for route in ROUTES})))
def test_every_page_of_an_area_is_accessible_in_every_look(area, world, window):
    found = []
    for number, route in enumerate(route for route in ROUTES if pages.area(route) == area):
        own = window(pages.visitor(route))
        own.trouble.expected = {404} if route in pages.GONE else set()
        own.visit(address(route, world))
        if route in LONG:
            own.page.evaluate(SHORTEN, LONG[route])
        found += [
            f"{route} {line}"
            for line in violations(own.page, IN_TURNS[number % 2] if number or route in LONG else LOOKS)
        ]
    assert found == []


@once
def test_lists_that_are_empty_are_accessible_too(dora, window):
    own, found = window("dora"), []
    found_none = ("/search/?q=nothing", *(f"{path}?q=nothing" for path in LISTS[::2]))
    for path in ("/", "/search/", *LISTS, *found_none):
        own.visit(path)
        found += [f"{path} {line}" for line in every_look(own.page)]
    assert found == []


@once
def test_forms_that_were_refused_are_accessible_too(world, window):
    own, found = window("root"), []
    for path in ("/incidents/new/", "/action-items/new/", "/services/new/", "/toil/new/", "/teams/new/"):
        own.visit(path)
        own.page.locator("main form[method=post] [type=submit]").last.click()
        own.page.locator("[role=alert]").first.wait_for()
        found += [f"{path} {line}" for line in every_look(own.page)]
    assert found == []


@once
def test_pages_that_refuse_are_accessible_too(world, window):
    own, found = window("bob"), []
    for path, status in (("/no-such-page/", 404), ("/people/new/", 403), ("/search/?q=%00", 400)):
        own.trouble.expected = {status}
        assert own.page.goto(path).status == status
        own.settle()
        found += [f"{status} {line}" for line in every_look(own.page)]
    assert found == []


@once
@pytest.mark.parametrize("status", [500, 503])
def test_pages_of_a_portal_in_trouble_are_accessible_too(status, world, window, rf):
    """Drawn by the handlers themselves, and handed to the window in place of a page."""
    own = window("bob")
    own.trouble.expected = {status}
    refusal = problems.refuse(rf.get("/incidents/"), status, "Ballast is looking for its database.")
    own.page.route("**/incidents/", lambda route: route.fulfill(status=status, body=refusal.content))
    assert own.page.goto("/incidents/").status == status
    own.page.locator("h1").wait_for()
    assert list(every_look(own.page)) == []


@once
def test_menus_and_dialogs_are_accessible_too(world, window):
    own = window("root")
    own.visit("/incidents/")
    own.page.keyboard.press("?")
    own.page.locator("dialog#keys[open]").wait_for()
    found = list(every_look(own.page))
    own.page.keyboard.press("Escape")
    own.page.locator(".topbar details.menu > summary").last.click()
    own.page.locator("#filters details.menu > summary").first.click(force=True)
    assert [*found, *every_look(own.page)] == []


def every_look(page):
    yield from violations(page, LOOKS[:2])


def violations(page, looks):
    for name, size, look, rules in looks:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=look, reduced_motion="reduce")
        page.evaluate(
            "scrollTo(0, 0)"
        )  # an address with an anchor leaves buttons half under the bar of the page
        yield from (f"{name} {line}" for line in axe.violations(page, rules))
        if size is PHONE and too_wide(page):
            yield f"{name} scrolls sideways by {too_wide(page)} px"
    page.set_viewport_size(LARGE)


def too_wide(page):
    return page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
