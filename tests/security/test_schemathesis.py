"""T72: what a fuzzer makes of the API's own description never breaks it. In process, with a token that may write."""

import logging
import re
from datetime import timedelta
from itertools import islice

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode

from apps.accounts.operations import create_token
from apps.core.throttles import PersonThrottle
from tests.halves import half
from tests.security.bodies import address
from tests.security.world import NOW

CASES = 12  # per operation: edges of every parameter and field, right and wrong
EXAMPLES = 1  # per operation and mode, made at random, the same in every run
MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
SIGNALS = [request_started, request_finished]
VERBS = {"get", "post", "put", "patch", "delete"}
SETTINGS = hypothesis.settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[hypothesis.Phase.generate],
    suppress_health_check=list(hypothesis.HealthCheck),
)


@pytest.fixture
def headers(world, monkeypatch):
    monkeypatch.setattr(PersonThrottle, "rate", "100000/s", raising=False)
    expires = NOW + timedelta(days=3)
    _, secret = create_token(world.root, name="f", scope="write", expires_at=expires, by=world.root, now=NOW)
    logging.disable(logging.CRITICAL)
    for signal in SIGNALS:  # the requests share the test's transaction, which the end of each would close
        signal.disconnect(close_old_connections)
    yield {"Authorization": f"Bearer {secret}"}
    for signal in SIGNALS:
        signal.connect(close_old_connections)
    logging.disable(logging.NOTSET)


@pytest.fixture
def operations(headers):
    schema = schemathesis.openapi.from_wsgi(
        "/api/schema/?format=json",
        get_wsgi_application(),
        config=SchemathesisConfig(),
        headers=headers,
    )
    return [found.ok() for found in schema.get_all_operations()]


def real_parts(operation, world):
    """The parts of the path that lead to a row of the world."""
    route = re.sub(r"{(\w+)}", r"<\1>", operation.path)
    pattern = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", operation.path)
    return re.fullmatch(pattern, address(route, world).partition("?")[0]).groupdict()


def ask(case, headers):
    """The status and the answer's fault, if any; afterwards the tables are as before."""
    with transaction.atomic():
        answer = case.call(headers={"If-Match": "*"} | headers)
        transaction.set_rollback(True)
    kind = answer.headers.get("content-type", [""])[0]
    is_fine = answer.status_code < 400 or (answer.status_code < 500 and kind == "application/problem+json")
    return (
        answer.status_code,
        "" if is_fine else f"{answer.status_code} {kind} {case.as_curl_command()[:600]}",
    )


def edges(operation, world, headers):
    found = operation.schema.iter_coverage_cases(
        operation,
        generation_modes=MODES,
        generation_config=operation.schema.config.generation_for(operation=operation),
    )
    for number, case in enumerate(islice(found, CASES)):
        if case.path_parameters and number % 4:
            case.path_parameters = real_parts(operation, world)
        yield ask(case, headers)


def at_random(operation, world, headers):
    asked = []
    for mode in MODES:
        parts = real_parts(operation, world)

        @SETTINGS
        @hypothesis.given(operation.as_strategy(generation_mode=mode, path_parameters=parts))
        def one(case):
            asked.append(ask(case, headers))

        try:
            one()
        except hypothesis.errors.Unsatisfiable:
            continue  # nothing about this operation can be wrong
    return asked


def test_the_description_names_every_operation(operations):
    assert len(operations) > 60
    assert {operation.method for operation in operations} <= VERBS


@pytest.mark.filterwarnings("ignore")  # of the library, about its own plans
@pytest.mark.parametrize("way", [edges, at_random])
def test_T72_what_a_fuzzer_reads_out_of_the_description_breaks_nothing(way, operations, world, headers):
    asked = [answer for operation in half(operations) for answer in way(operation, world, headers)]
    assert [fault for _, fault in asked if fault] == []
    assert {200, 201, 400} <= {
        status for status, _ in asked
    }  # it gets through the door, and is checked there
