"""One person's window: a context of its own, watched for whatever a page must never do."""

from dataclasses import dataclass, field

import pytest

PASSWORD = "correct horse battery"
LARGE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
PATIENCE = 20_000  # milliseconds, for a busy machine
SETTLED = "() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')"


@dataclass
class Trouble:
    """What the console said and which other hosts were asked; a refused answer is trouble unless it is expected."""

    home: str
    found: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def on_console(self, message):
        if message.type in {"error", "warning"} and not self.is_expected(message.text):
            self.found.append(f"console: {message.text} ({message.location.get('url')})")

    def on_error(self, error):
        self.found.append(f"script: {error}")

    def on_request(self, request):
        if not request.url.startswith((self.home, "data:", "blob:", "about:")):
            self.found.append(f"another host: {request.url}")

    def is_expected(self, text):
        """Saving a form cuts off what a part of it was still asking; of a failure the browser would speak, too."""
        is_cut_off = text.startswith(("htmx:sendAbort", "htmx:afterRequest"))
        return is_cut_off or any(f"status of {status}" in text for status in self.expected)


class Window:
    """`page` is Playwright's; what is here saves a test some words."""

    def __init__(self, browser, home, *, state=None, viewport=LARGE, expects=(), **options):
        self.home = home
        self.trouble = Trouble(home, expected=set(expects))
        self.context = browser.new_context(base_url=home, storage_state=state, viewport=viewport, **options)
        self.context.set_default_timeout(PATIENCE)
        self.context.on("console", self.trouble.on_console)
        self.context.on("weberror", lambda error: self.trouble.on_error(error.error))
        self.context.on("request", self.trouble.on_request)
        self.page = self.context.new_page()

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        found = list(self.trouble.found)  # closing cuts off what is still being fetched, which is no trouble
        self.context.close()
        if kind is None and found:
            pytest.fail("\n".join(found), pytrace=False)

    def sign_in(self, name):
        self.page.goto("/accounts/login/")
        self.page.get_by_label("E-mail").fill(f"{name}@ballast.example")
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(f"{self.home}/")

    def visit(self, path):
        """Go there, and wait for the parts that the page fetches by itself."""
        answer = self.page.goto(path)
        if "sandbox" in answer.headers.get("content-security-policy", ""):
            self.read_outside(answer.text())
        else:
            self.settle()

    def read_outside(self, html):
        """No script runs in a sandbox, axe's neither: the same text without it."""
        self.page.goto("about:blank")
        self.page.set_content(html)

    def settle(self):
        self.page.locator("h1").first.wait_for(state="attached")
        self.page.wait_for_function(SETTLED)

    def says(self, text):
        self.page.get_by_text(text).first.wait_for()
