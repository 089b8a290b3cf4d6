"""How the rows of a list are read through its two doors, and who stands before them."""

import csv
import io
from types import SimpleNamespace

from tests import factories

MANY = 12


def make_cast():
    payments = factories.make_team(name="Payments", slug="payments")
    return SimpleNamespace(
        payments=payments,
        alice=factories.make_user("alice", team=payments, role="lead"),
        bob=factories.make_user("bob", team=payments),
        charlie=factories.make_user("charlie"),
        root=factories.make_user("root", org_role="admin"),
        ada=factories.make_user("ada", org_role="auditor"),
        checkout=factories.make_service(slug="checkout", owner_team=payments),
    )


def reader_of(resource, cast):
    """Somebody who sees all rows that `make` makes."""
    return cast.root if resource.stranger == 404 else cast.alice


def exported(client, resource, query=""):
    answer = client.get(f"{resource.web}?format=csv&{query}")
    text = b"".join(answer.streaming_content).decode().removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


def listed(client, resource, query=""):
    """Every row of the API, through all pages."""
    found, url = [], f"{resource.api}?page_size=5&{query}"
    while url:
        answer = client.get(url)
        assert answer.status_code == 200, answer.content
        found += answer.json()["results"]
        url = answer.json()["next"]
    return found


def names(rows, column):
    return [row[column].replace("+00:00", "Z") for row in rows]
