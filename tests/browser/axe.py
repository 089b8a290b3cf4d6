"""axe in a window: every rule of WCAG 2.2 AA, and axe's own good practice."""

from axe_playwright_python.base import AXE_SCRIPT

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOADED = "() => typeof axe !== 'undefined'"
RUN = "rules => axe.run({runOnly: rules, resultTypes: ['violations']}).then(result => result.violations)"


def violations(page):
    """One line per element that breaks a rule."""
    if not page.evaluate(LOADED):
        page.evaluate(AXE_SCRIPT)
    return [
        f"{broken['id']}: {node['target']} {node['html'][:160]} {reason(node)}"
        for broken in page.evaluate(RUN, RULES)
        for node in broken["nodes"]
    ]


def reason(node):
    return "; ".join(check["message"] for check in [*node["any"], *node["all"], *node["none"]])
