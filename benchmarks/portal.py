"""The portal as it is measured: its databases, its server, and the requests."""

import http.cookiejar
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

from apps.core.pagination import Position
from benchmarks.client import Target
from benchmarks.processes import free_port, only_in_tests, run, server

PASSWORD = "ballast-demo"
SIZES = {
    "S": {"incidents": 1_000, "action-items": 3_000, "toil-entries": 10_000, "postmortems": 300},
    "L": {"incidents": 100_000, "action-items": 1_000_000, "toil-entries": 1_000_000, "postmortems": 1_000},
}

SHAPE = {"S": [], "L": ["--teams", "50", "--open-share", "0.95"]}


def environment(database_url: str, redis_url: str, data_dir: str) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "DATA_DIR": data_dir,
        "EMBEDDED": "1",
        "SECRET_KEY": "benchmark-" + "b" * 50,
        "ALLOWED_HOSTS": "localhost",
        "API_RATE": "1000000/min",
        "LOG_LEVEL": "WARNING",
    }


def fill(env: dict[str, str], size: str) -> None:
    run(["manage.py", "migrate", "--verbosity", "0"], env)
    run(["manage.py", "createcachetable"], env)
    counts = [part for name, count in SIZES[size].items() for part in (f"--{name}", str(count))]
    run(["manage.py", "demo", *counts, *SHAPE[size]], env)


def token(env: dict[str, str], email: str) -> str:
    return run(["manage.py", "create_token", email, "--scope", "write"], env).splitlines()[-1]


@dataclass(frozen=True)
class Portal:
    port: int
    pid: int
    admin: dict[str, str]
    member: dict[str, str]
    browser: dict[str, str]
    incidents: int


@contextmanager
def running(env: dict[str, str], *, incidents: int) -> Iterator[Portal]:
    """The portal on two processes, with a token of an admin and of a member, and a signed-in browser."""
    port = free_port()
    keys = [{"Authorization": f"Bearer {token(env, email)}"} for email in people()]
    command = ["-m", "benchmarks.installed", "manage.py", "serve", "--port", str(port), "--processes", "2"]
    env = {**env, "ONLY_IN_TESTS": " ".join(only_in_tests())}
    with server(command, env, probe=f"http://localhost:{port}/readyz") as pid:
        admin, member = ({**key, "Host": "localhost"} for key in keys)
        yield Portal(port, pid, admin, member, sign_in(port), incidents)


def people() -> tuple[str, str]:
    return "admin@ballast.example", "member@ballast.example"


def sign_in(port: int, email: str = "member@ballast.example") -> dict[str, str]:
    """Through the form, as a person does; the cookies as headers."""
    jar = http.cookiejar.CookieJar()
    browser, address = build_opener(HTTPCookieProcessor(jar)), f"http://localhost:{port}/accounts/login/"
    page = browser.open(address).read().decode()
    form = {"login": email, "password": PASSWORD, "csrfmiddlewaretoken": csrf_of(page)}
    browser.open(Request(address, urlencode(form).encode(), {"Referer": address}))
    return {"Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar), "Host": "localhost"}


def csrf_of(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    if not found:
        raise RuntimeError("no form on the sign-in page")
    return found.group(1)


def declared(portal: Portal) -> str:
    """The key of a new incident, which is open and has a short timeline."""
    headers = {**portal.admin, "Content-Type": "application/json"}
    body = json.dumps(new_incident(0)).encode()
    asked = Request(f"http://127.0.0.1:{portal.port}/api/v1/incidents/", body, headers)
    with urlopen(asked) as answer:
        return str(json.loads(answer.read())["key"])


def deep_page(portal: Portal) -> str:
    """A page in the middle of the list, addressed as the API itself links it: beyond the row of that place."""
    middle = f"/api/v1/incidents/INC-{portal.incidents // 2}/"
    with urlopen(Request(f"http://127.0.0.1:{portal.port}{middle}", headers=portal.admin)) as answer:
        started_at = json.loads(answer.read())["started_at"]
    return "/api/v1/incidents/?" + urlencode({"page_size": 50, "cursor": Position([started_at, 0]).encoded()})


def poll_of(portal: Portal) -> str:
    """What a page that follows an incident asks for while nothing is new."""
    key = declared(portal)
    with urlopen(Request(f"http://127.0.0.1:{portal.port}/incidents/{key}/", headers=portal.browser)) as page:
        found = re.search(r'name="seen" value="([\d.]+)"', page.read().decode())
    if not found:
        raise RuntimeError("the page does not say what it has seen")
    return f"/incidents/{key}/timeline/since/?seen={found.group(1)}"


def keys_of(portal: Portal) -> list[str]:
    """Some two hundred from all over the list, without those that lead on to what they were merged into."""
    spread = (f"INC-{number}" for number in range(1, portal.incidents, portal.incidents // 200))
    return [key for key in spread if key_at(portal, key) == key]


def key_at(portal: Portal, key: str) -> str:
    address = f"http://127.0.0.1:{portal.port}/api/v1/incidents/{key}/"
    with urlopen(Request(address, headers=portal.admin)) as answer:
        return str(json.loads(answer.read())["key"])


Make = Callable[[int], tuple[str, str, Any]]


def targets(portal: Portal) -> list[tuple[str, Target]]:
    """Every measured request, with its goal."""

    def at(name: str, headers: dict[str, str], make: Make, *, expect: int = 200) -> Target:
        return Target(name, portal.port, headers, make, expect)

    keys = keys_of(portal)
    base = "/api/v1/incidents/"
    deep = deep_page(portal)
    return [
        ("≤ 0.8", at("incident list of 50, member", portal.member, get(f"{base}?page_size=50"))),
        ("≤ 0.8", at("incident list of 50, admin", portal.admin, get(f"{base}?page_size=50"))),
        ("≤ 0.8", at("the same, page in the middle", portal.member, get(deep))),
        (
            "≤ 0.8",
            at("incident detail", portal.admin, lambda n: ("GET", f"{base}{keys[n % len(keys)]}/", None)),
        ),
        (
            "≤ 1.0",
            at("incident create", portal.member, lambda n: ("POST", base, new_incident(n)), expect=201),
        ),
        (
            "≤ 1.5 wall",
            at(
                "similar incidents",
                portal.member,
                lambda n: ("GET", f"{base}{keys[n % len(keys)]}/similar/", None),
            ),
        ),
        ("", at("poll without news", portal.browser, get(poll_of(portal)), expect=204)),
        ("≤ 2.5", at("web list of incidents", portal.browser, get("/incidents/"))),
        (
            "≤ 0.8",
            at("action item list of 50, member", portal.member, get("/api/v1/action-items/?page_size=50")),
        ),
        ("≤ 3", at("board of action items", portal.browser, get("/action-items/board/"))),
        ("", at("web list of action items", portal.browser, get("/action-items/"))),
        (
            "",
            at(
                "web page of one incident",
                portal.browser,
                lambda n: ("GET", f"/incidents/{keys[n % len(keys)]}/", None),
            ),
        ),
        ("", at("my work", portal.browser, get("/"))),
        ("", at("toil of all teams, 13 weeks", portal.member, get("/api/v1/toil/teams/?weeks=13"))),
        ("", at("health", {"Host": "localhost"}, get("/readyz"))),
    ]


def get(path: str) -> Make:
    return lambda _: ("GET", path, None)


def new_incident(number: int) -> dict[str, Any]:
    return {
        "title": f"Checkout answers slowly, run {number}",
        "severity": 3,
        "services": ["payments-api"],
        "summary": "",
    }
