"""axe in a window: every rule of WCAG 2.2 AA, and axe's own good practice."""

from axe_playwright_python.base import AXE_SCRIPT

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")  # by their tags
RULES_OF_COLOUR = ("color-contrast", "link-in-text-block")  # most of what a look costs
RULES_OF_SIZE = ("target-size", "scrollable-region-focusable")
LOADED = "() => typeof axe !== 'undefined'"
RUN = "options => axe.run(options).then(result => result.violations)"
IS_LETTER = "() => document.querySelector('[aria-roledescription=email]') !== null"
RULES_OF_PAGES = {
    "landmark-one-main": {"enabled": False},
    "region": {"enabled": False},
}  # a letter has no landmarks


def violations(page, rules=RULES):
    """One line per element that breaks a rule."""
    if not page.evaluate(LOADED):
        page.evaluate(AXE_SCRIPT)
    asked = {"type": "tag" if rules is RULES else "rule", "values": rules}
    options = {"runOnly": asked, "resultTypes": ["violations"], "preload": False, "iframes": False}
    if page.evaluate(IS_LETTER) and rules is RULES:
        options["rules"] = RULES_OF_PAGES
    return [
        f"{broken['id']}: {node['target']} {node['html'][:160]} {reason(node)}"
        for broken in page.evaluate(RUN, options)
        for node in broken["nodes"]
    ]


def reason(node):
    return "; ".join(check["message"] for check in [*node["any"], *node["all"], *node["none"]])
