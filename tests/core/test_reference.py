"""The page about the API says all that the schema says, and leads nowhere that is not there."""

import re

import pytest
from rest_framework.serializers import DateTimeField

from apps.accounts.models import User
from apps.core import reference
from apps.core.serializers import MomentField, StrictSerializer
from tests.halves import once

pytestmark = once

PAGE = "/api/docs/"


def test_every_operation_and_every_shape_of_the_schema_stands_on_the_page(alice, web, api):
    page = web(alice).get(PAGE).content.decode()
    schema = api(alice).get("/api/schema/?format=json").json()
    operations = [one["operationId"] for verbs in schema["paths"].values() for one in verbs.values()]
    assert len(operations) > 60
    anchors = set(re.findall(r'id="([^"]+)"', page))
    assert set(operations) <= anchors
    assert {f"shape-{name}" for name in schema["components"]["schemas"]} <= anchors


def test_every_link_inside_of_the_page_arrives(alice, web):
    page = web(alice).get(PAGE).content.decode()
    anchors = re.findall(r'id="([^"]+)"', page)
    assert len(anchors) == len(set(anchors))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(anchors)


def test_a_field_says_in_words_what_it_holds():
    shapes = {shape.name: {field.name: field for field in shape.fields} for shape in reference.shapes()}
    incident = shapes["Incident"]
    assert incident["mitigated_at"].kind == "date and time or null"
    assert incident["services"].kind == "list of text"
    assert (incident["commander"].kind, incident["commander"].shape) == ("Someone or null", "Someone")
    assert (incident["timeline"].kind, incident["timeline"].shape) == ("list of Entry", "Entry")
    assert incident["key"].is_required
    operations = {one.slug: one for _, operations in reference.resources() for one in operations}
    declare = operations["incidents_create"]
    assert (declare.body, declare.answer.status, declare.title) == (
        "IncidentDeclareRequest",
        "201",
        "Declare an incident",
    )
    assert operations["services_list"].title == "All of them, page by page"
    assert [header.name for header in declare.headers] == ["Idempotency-Key"]


def test_every_time_that_is_sent_says_its_zone_through_either_door(api, web, bob, payments):
    """09:00 was UTC with a token, and nine in Berlin with bob's session."""
    User.objects.filter(pk=bob.pk).update(time_zone="Europe/Berlin")
    sent = {
        "text": "Rotate keys",
        "started_at": "2026-03-02T09:00:00",
        "ended_at": "2026-03-02T09:30:00+01:00",
    }
    for client, kind in ((api(bob), {"format": "json"}), (web(bob), {"content_type": "application/json"})):
        refused = client.post("/api/v1/toil-entries/", sent, **kind)
        assert (refused.status_code, list(refused.json()["errors"])) == (400, ["started_at"])
        assert "end it with Z, or with an offset" in refused.json()["errors"]["started_at"][0]
    taken = [
        f"{shape.__name__}.{name}"
        for shape in shapes_that_read()
        for name, field in shape._declared_fields.items()
        if isinstance(field, DateTimeField) and not isinstance(field, MomentField)
    ]
    assert taken == ["GenericDeliverySerializer.at"]  # alerts of others, which are taken as they come


def shapes_that_read(of=StrictSerializer):
    return [found for shape in of.__subclasses__() for found in (shape, *shapes_that_read(shape))]


@pytest.mark.parametrize(("asked", "kind"), [("json", "openapi+json"), ("yaml", "openapi")])
def test_the_schema_is_the_same_for_everybody_and_every_time(alice, root, api, asked, kind):
    answers = [api(person).get(f"/api/schema/?format={asked}") for person in (alice, root, alice)]
    assert len({answer.content for answer in answers}) == 1
    assert {answer["Content-Type"] for answer in answers} == {f"application/vnd.oai.{kind}"}
    assert b"Ballast" in answers[0].content[:200]
    assert api().get(f"/api/schema/?format={asked}").status_code == 401
