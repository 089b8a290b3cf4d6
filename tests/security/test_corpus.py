"""T49, T50, T72-T74: whatever is sent to any door, the answer is an answer, and what was stored can be read."""

import json
import logging
import re
import zlib
from pathlib import Path

import pytest
import yaml
from django.db import transaction

from apps.core.throttles import PersonThrottle
from tests.halves import RUN, half
from tests.security import corpus, inventory
from tests.security.bodies import address, bodies
from tests.security.doors import content_of, state_of_tables, try_and_undo
from tests.security.resources import RESOURCES

DESCRIPTION = Path(__file__).parents[2] / "docs" / "openapi.yaml"
AREAS = (
    "action-items",
    "incidents",
    "integrations",
    "postmortems",
    "services",
    "teams",
    "toil-entries",
    "users",
    "webhooks",
)
TOGETHER = 30  # so many of the values go to each address in the two runs, others to each
ALONE = 4  # of those that a field takes, this many are also sent with an otherwise good body
FORM_WITH_FILES = "multipart/form-data; boundary=x"
TAKES_FILES = {
    ("POST", "/api/v1/postmortems/<postmortem>/attachments/"),
    ("POST", "/api/v1/postmortems/import/"),
    ("POST", "/api/v1/toil-imports/"),
}
TAKES_NO_JSON = {("POST", "/api/v1/postmortems/import/")}
NOT_YOURS = (  # noqa: SIM905
    "id pk uuid key number declared_by created_by created_at updated_at version visibility verified_by resolved_at "
    "first_due_on status_since is_superuser is_staff is_active password org_role team_id __proto__ constructor"
).split()
BOBS = (
    *("/toil-entries/", "/toil-imports/", "/toil-suggestions/", "/toil-recurring/", "/toil-entry-changes/"),
    *("/inbox/", "/action-item-"),
)  # nobody else has all of them
WEB_OF = {"toil-entries": "toil/entries", "users": "people"}
HEADERS = {"if-match": "*"}


def described():
    """{(verb, route): (fields of the body, names in the query)}, from the committed description."""
    document, found = yaml.load(DESCRIPTION.read_text(encoding="utf-8"), yaml.CSafeLoader), {}
    schemas = document["components"]["schemas"]
    for path, operations in document["paths"].items():
        route = re.sub(r"{(\w+)}", r"<\1>", path)
        for verb, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            name = content.get("schema", {}).get("$ref", "").split("/")[-1]
            query = [part["name"] for part in operation.get("parameters", []) if part["in"] == "query"]
            found[verb.upper(), route] = list(schemas.get(name, {}).get("properties", {})), query
    return found


OPERATIONS = described()
WRITES = {place: fields for place, (fields, _) in OPERATIONS.items() if place[0] in {"POST", "PUT", "PATCH"}}
LISTS = {route: query for (verb, route), (_, query) in OPERATIONS.items() if verb == "GET" and query}


@pytest.fixture(autouse=True)
def _nobody_is_too_fast(monkeypatch):
    monkeypatch.setattr(PersonThrottle, "rate", "100000/s", raising=False)
    logging.disable(logging.CRITICAL)  # thousands of refusals, each logged, cost more than they tell
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def one_who_may(program):
    def client_of(route):
        client = program("bob" if any(part in route for part in BOBS) else "root")
        client.raise_request_exception = False
        return client

    return client_of


def send(client, verb, path, raw):
    data = raw.encode("utf-8") if isinstance(raw, str) else raw
    return client.generic(verb, path, data, content_type="application/json", headers=HEADERS)


def is_an_answer(answer):
    """Not broken, and every refusal in the one shape."""
    if answer.status_code < 400:
        return True
    is_problem = answer.headers["Content-Type"] == "application/problem+json"
    return answer.status_code < 500 and is_problem and answer.json()["status"] == answer.status_code


def bad(answer, what):
    return [] if is_an_answer(answer) else [f"{answer.status_code} {what[:200]}"]


def body_of(fields):
    return "{" + ", ".join(f"{json.dumps(name)}: {raw}" for name, raw in fields.items()) + "}"


def taken_by(answer, fields):
    """The fields that found nothing wrong with their value; none when the text was no JSON at all."""
    if answer.status_code != 400:
        return set(fields)
    return set(fields) - set(answer.json().get("errors", dict.fromkeys(fields)))


def some(pairs, key, count):
    """`count` of the pairs, others for every key; each of the two runs takes half of them."""
    return half(sorted(pairs, key=lambda pair: zlib.crc32(f"{key}{pair}".encode()))[:count])


def assault(client, verb, path, fields, good):
    """A value in every field at once, then what a field takes in an otherwise good body."""
    found, taken = [], {name: [] for name in fields}
    for raw in some(corpus.VALUES, verb + path, TOGETHER):
        answer = undone(client, verb, path, body_of(dict.fromkeys(fields, raw)))
        found += bad(answer, f"{verb} {path} all: {raw}")
        for name in taken_by(answer, fields):
            taken[name].append(raw)
    for name, values in taken.items():
        for raw in some(values, path + name, ALONE):
            body = {key: json.dumps(value) for key, value in good.items()} | {name: raw}
            is_text = raw.startswith('"') and name in PLAIN
            answer = (send if is_text else undone)(client, verb, path, body_of(body))
            found += bad(answer, f"{verb} {path} {name}: {raw}")
    return found


PLAIN = {"title", "name", "description", "summary", "body", "text", "done_when", "reason", "comment", "tags"}


def undone(client, verb, path, raw):
    with transaction.atomic():
        answer = send(client, verb, path, raw)
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize("area", AREAS if RUN else half(AREAS))  # PostgreSQL refuses more
def test_T72_T73_no_value_in_any_field_breaks_a_write_or_what_is_read_afterwards(
    area, world, one_who_may, visit
):
    wrong, good = [], bodies(world)
    for (verb, route), fields in WRITES.items():
        if route.startswith(f"/api/v1/{area}/"):
            path = address(route, world)
            is_move = route.endswith(("/transitions/", "/end/", "/reviews/"))
            sent = good.get((verb, route), {})
            with transaction.atomic():
                wrong += assault(one_who_may(route), verb, path, fields, sent)
                transaction.set_rollback(is_move)
    assert wrong == []
    assert unreadable(area, visit("bob" if area == "toil-entries" else "root")) == []


def unreadable(area, client):
    """T73: every list, export, search and row of the area, after what was just stored in it.

    What was merged leads on to what it became part of.
    """
    web, broken, client.raise_request_exception = WEB_OF.get(area, area), [], False
    answer = client.get(f"/api/v1/{area}/?page_size=100")
    rows = answer.json()["results"] if answer.status_code == 200 else []
    names = [row.get("key") or row.get("slug") or row.get("id") for row in rows]
    lists = [f"/{web.split('/')[0]}/", f"/{web.split('/')[0]}/?format=csv", "/search/?q=a", "/audit/", "/"]
    lists += [f"/api/v1/{area}/?page_size=100", "/api/v1/audit-events/?page_size=100"]
    details = [
        f"{start}/{name}/" for name in some(names, area, 30) for start in (f"/api/v1/{area}", f"/{web}")
    ]
    for path in lists + details:
        answer = client.get(path)
        if answer.status_code in {301, 308}:
            answer = client.get(answer["Location"])
        is_closed = "audit" in path and answer.status_code == 404
        if not is_closed and (answer.status_code != 200 or not content_of(answer)):
            broken.append(f"{answer.status_code} {path}")
    assert names
    return broken


def test_T49_what_a_caller_may_not_set_is_refused_by_name(world, one_who_may):
    before, good, silent = state_of_tables(), bodies(world), []
    for (verb, route), fields in WRITES.items():
        extra = sorted(set(NOT_YOURS) - set(fields))
        said = {
            name: value for name, value in good.get((verb, route), {}).items() if not hasattr(value, "read")
        }
        body = said | dict.fromkeys(extra, "1")
        client, path = one_who_may(route), address(route, world)
        if (verb, route) in TAKES_NO_JSON:
            answer = client.post(path, body, format="multipart")
        else:
            answer = send(client, verb, path, json.dumps(body))
        if answer.status_code != 400 or not set(extra) <= set(answer.json()["errors"]):
            silent.append(f"{verb} {route}: {answer.status_code}")
    assert silent == []
    assert state_of_tables() == before


def test_T50_a_body_that_is_no_object_of_known_fields_is_refused(world, one_who_may):
    before, wrong = state_of_tables(), []
    for verb, route in WRITES:
        client, path = one_who_may(route), address(route, world)
        for body in some(corpus.BODIES, verb + path, 10):
            answer = undone(client, verb, path, body)
            if not is_an_answer(answer) or (answer.status_code < 400 and body.strip()):
                wrong.append(f"{verb} {route} {body[:40]!r}: {answer.status_code}")
        for kind in ("text/plain", "application/x-www-form-urlencoded", FORM_WITH_FILES, ""):
            answer = client.generic(verb, path, b"title=a", content_type=kind, headers=HEADERS)
            refused = 400 if kind == FORM_WITH_FILES and (verb, route) in TAKES_FILES else 415
            if answer.status_code != refused or not is_an_answer(answer):
                wrong.append(f"{verb} {route} as {kind!r}: {answer.status_code}")
    assert wrong == []
    assert state_of_tables() == before


def test_T74_no_query_breaks_a_list_of_the_api(world, one_who_may):
    wrong = []
    for route, names in LISTS.items():
        wrong += assault_list(one_who_may(route), address(route, world).partition("?")[0], names)
    assert wrong == []


def assault_list(client, path, names):
    wrong, taken = [], {name: [] for name in names}
    for value in some(corpus.QUERY, path, 30):
        answer = client.get(f"{path}?{'&'.join(f'{name}={value}' for name in names)}")
        wrong += bad(answer, f"{path} all={value}")
        for name in taken_by(answer, names):
            taken[name].append(value)
    singles = [f"{name}={value}" for name in names for value in some(taken[name], path + name, ALONE)]
    twice = [f"{name}=1&{name}=open" for name in names]
    for query in singles + twice:
        wrong += bad(client.get(f"{path}?{query}"), f"{path}?{query}")
    unknown = [f"{names[0]}[]=1", f"{names[0]}__in=1", "__proto__=1", "password=1", "=1", "%EF%BB%BF=1"]
    return wrong + [query for query in unknown if client.get(f"{path}?{query}").status_code != 400]


def test_T74_no_query_breaks_a_page(world, visit):
    client, wrong, values = visit("root"), [], corpus.QUERY
    client.raise_request_exception = False
    for number, resource in enumerate(RESOURCES):
        names = [*resource.filters.known(), "page", "format"]
        queries = ["&".join(f"{name}={value}" for name in names) for value in values[number::12]]
        queries += [f"{name}={values[(number * 7 + n) % len(values)]}" for n, name in enumerate(names)]
        queries += ["sort=,", "sort=password", "format=pdf"]
        for query in half(queries):
            answer = client.get(f"{resource.web}?{query}")
            content_of(answer)
            if answer.status_code >= 500:
                wrong.append(f"{resource.web}?{query[:200]}")
    assert wrong == []


def test_T72_no_name_in_an_address_breaks_a_door(world, visit):
    client, wrong = visit("root"), []
    client.raise_request_exception = False
    for route, verbs in inventory.ROUTES.items():
        places = re.findall(r"<\w+>", route)
        for verb in verbs if places else ():
            for piece in some(corpus.PATHS, route + verb, 6):
                target = route.replace(places[-1], piece) if len(places) == 1 else route
                target = address(target.replace(places[0], piece), world)
                answer = try_and_undo(client, verb, target)
                if answer.status_code >= 500 or ("/api/" in target and not is_an_answer(answer)):
                    wrong.append(f"{answer.status_code} {verb} {target[:200]}")
    assert wrong == []


def test_T72_no_field_of_a_form_breaks_a_page(world, visit):
    client, good, wrong = visit("root"), bodies(world), []
    for (verb, route), body in good.items():
        for name in half([*body, "once", "version"]) if "/api/" not in route else ():
            value = min(corpus.TEXTS, key=lambda text: zlib.crc32(f"{route}{name}{text}".encode()))
            answer = try_and_undo(client, verb, address(route, world), body | {name: value})
            if answer.status_code >= 500:
                wrong.append(f"{answer.status_code} {route} {name}: {value[:100]!r}")
    assert wrong == []
