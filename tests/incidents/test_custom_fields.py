"""The organisation's own fields: asked by severity or tier, needed at a move, refused all at once."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, StaleVersion
from apps.incidents.models import CustomField, CustomValue
from apps.incidents.operations import (
    add_field,
    declare_incident,
    edit_field,
    edit_incident,
    fields_of,
    set_fields,
    set_milestone,
    transition_incident,
)
from tests.factories import make_service

pytestmark = pytest.mark.django_db
FIELDS = "/api/v1/incident-fields/"


@pytest.fixture
def ask(root):
    def add(slug, **kw):
        return add_field(**{"slug": slug, "name": slug.title(), "by": root, **kw})

    return add


def answer(incident, by, now, **values):
    return set_fields(incident, values=values, by=by, now=now)


def stored(incident):
    return {value.field.slug: value.plain for value in incident.field_values.with_fields()}


def refusal_of(act):
    with pytest.raises(ValidationError) as refusal:
        act()
    return refusal.value.message_dict


def test_each_kind_reads_what_people_and_programs_write(outage, alice, bob, ask, noon):
    for kind in ("text", "number", "date", "user"):
        ask(f"a-{kind}", kind=kind)
    ask("a-choice", kind="choice", choices=["eu", "us"])
    values = {"a-text": " x ", "a-number": "12.50", "a-date": "2026-02-28", "a-user": "bob", "a-choice": "eu"}
    answer(outage, alice, noon, **values)
    expected = {"a-text": "x", "a-number": "12.5", "a-date": "2026-02-28", "a-user": "bob", "a-choice": "eu"}
    assert stored(outage) == expected
    answer(outage, alice, noon, **{"a-number": 1e3, "a-user": None, "a-text": " "})
    assert stored(outage) == {"a-number": "1000", "a-date": "2026-02-28", "a-choice": "eu"}
    events = AuditEvent.objects.filter(verb="incident.fields_set").order_by("pk")
    assert events[0].changes["field a-user"] == [None, "bob"]
    assert events[1].changes["field a-user"] == ["bob", None]


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("number", "many"),
        ("number", "NaN"),
        ("number", "1e400"),
        ("number", True),
        ("date", "tomorrow"),
        ("date", "0001-01-01"),
        ("date", 7),
        ("user", "nobody"),
        ("user", 1),
        ("choice", "mars"),
        ("text", "x" * 2001),
        ("text", ["x"]),
    ],
)
def test_what_does_not_fit_is_refused_by_field(outage, alice, ask, noon, kind, wrong):
    ask("it", kind=kind, choices=["eu"] if kind == "choice" else [])
    assert set(refusal_of(lambda: answer(outage, alice, noon, it=wrong))) == {"it"}
    assert stored(outage) == {}


def test_all_that_is_wrong_is_refused_at_once_and_nothing_is_stored(outage, alice, ask, noon):
    ask("size", kind="number")
    ask("day", kind="date")
    ask("note")
    found = refusal_of(lambda: answer(outage, alice, noon, size="x", day="y", note="fine", other="z"))
    assert set(found) == {"size", "day", "other"}
    assert stored(outage) == {}


def test_fields_are_asked_by_severity_and_tier(alice, ask, payments, noon):
    core = make_service(owner_team=payments, tier=0)
    ask("all")
    ask("bad", severities=[1, 2])
    ask("core", tiers=[0, 1])
    ask("both", severities=[1], tiers=[0])

    def asked(**kw):  # fmt: skip
        incident = declare_incident(title="x", by=alice, now=noon, **kw)
        return {field.slug for field in fields_of(incident)}

    assert asked(severity=3) == {"all"}
    assert asked(severity=2) == {"all", "bad"}
    assert asked(severity=3, services=[core]) == {"all", "core"}
    assert asked(severity=1, services=[core]) == {"all", "bad", "core", "both"}


def test_what_is_not_asked_any_more_stays_readable(web, outage, alice, root, ask, noon):
    field = ask("region", severities=[2])
    answer(outage, alice, noon, region="eu-west")
    edit_incident(outage, changes={"severity": 4}, by=alice, now=noon)
    assert refusal_of(lambda: answer(outage, alice, noon, region="us")) == {
        "region": ["This incident is not asked this."]
    }
    edit_field(field, changes={"is_retired": True}, by=root)
    assert "eu-west" in web(alice).get(f"/incidents/{outage.key}/").content.decode()


def test_only_responders_answer_and_a_stale_answer_is_refused(outage, alice, charlie, ask, noon):
    ask("region")
    with pytest.raises(PermissionDenied):
        answer(outage, charlie, noon, region="eu")
    seen = outage.version
    changed = set_fields(outage, values={"region": "eu"}, seen=seen, by=alice, now=noon)
    assert changed.version == seen + 1
    with pytest.raises(StaleVersion):
        set_fields(outage, values={"region": "us"}, seen=seen, by=alice, now=noon)
    answer(outage, alice, noon, region="eu")
    assert AuditEvent.objects.filter(verb="incident.fields_set").count() == 1


def test_a_move_needs_its_fields_and_names_all_of_them(outage, alice, ask, noon):
    ask("cause", needed_at="identified")
    ask("customers", kind="number", needed_at="mitigated")
    ask("later", needed_at="closed")
    with pytest.raises(Conflict) as refusal:
        transition_incident(outage, to="mitigated", by=alice, now=noon)
    assert refusal.value.missing == ["Answer “Cause”.", "Answer “Customers”."]
    assert refusal.value.message == "Not ready to become mitigated. Answer “Cause”. Answer “Customers”."
    assert "mitigated" not in refusal.value.allowed
    answer(outage, alice, noon, cause="A full disk", customers=0)
    transition_incident(outage, to="mitigated", by=alice, now=noon)


@pytest.mark.parametrize(("kind", "is_asked"), [("drill", True), ("test", False), ("backfilled", False)])
def test_tests_and_old_ones_are_not_held_up(alice, ask, noon, kind, is_asked):
    ask("cause", needed_at="resolved")
    incident = declare_incident(title="x", severity=4, kind=kind, by=alice, now=noon)
    if is_asked:
        with pytest.raises(Conflict):
            transition_incident(incident, to="resolved", by=alice, now=noon)
    else:
        transition_incident(incident, to="resolved", by=alice, now=noon)


def test_moves_back_and_away_need_nothing(outage, alice, ask, noon):
    transition_incident(outage, to="mitigated", by=alice, now=noon)
    ask("cause", needed_at="identified")
    transition_incident(outage, to="investigating", reason="Back", by=alice, now=noon)
    transition_incident(outage, to="cancelled", reason="False alarm", by=alice, now=noon)


def test_closing_lists_everything_that_is_missing_at_once_in_web_and_api(web, api, alice, ask, noon):
    ask("cause", needed_at="identified")
    ask("regulator", kind="user", needed_at="closed", severities=[1])
    bare = declare_incident(title="x", severity=1, by=alice, now=noon)
    CustomField.objects.filter(slug="cause").update(is_retired=True)
    transition_incident(bare, to="resolved", by=alice, now=noon)
    CustomField.objects.filter(slug="cause").update(is_retired=False)
    missing = [
        "Name a commander.",
        "Write a summary.",
        "Set the milestone “Mitigated”, or say why it is unknown.",
        "Answer “Cause”.",
        "Answer “Regulator”.",
    ]
    refused = api(alice).post(f"/api/v1/incidents/{bare.key}/transitions/", {"to": "closed"})
    assert (refused.status_code, refused["Content-Type"]) == (409, "application/problem+json")
    assert refused.json()["missing"] == missing
    assert refused.json()["allowed"] == ["investigating"]
    pressed = web(alice).post(f"/incidents/{bare.key}/transitions/", {"to": "closed"}, follow=True)
    page = pressed.content.decode()
    assert all(page.count(sentence) == 2 for sentence in missing)  # what was refused, and what to do
    edit_incident(bare, changes={"summary": "Short"}, by=alice, now=noon)
    set_milestone(bare, kind="mitigated", note="Nobody looked", by=alice, now=noon)
    answer(bare, alice, noon, cause="A full disk", regulator="alice")
    with pytest.raises(Conflict) as refusal:
        transition_incident(bare, to="closed", by=alice, now=noon)
    assert refusal.value.missing == missing[:1]


def test_only_admins_say_which_fields_there_are(alice, ada, root, ask):
    for person in (alice, ada):
        with pytest.raises(PermissionDenied):
            add_field(slug="x", name="X", by=person)
        with pytest.raises(PermissionDenied):
            edit_field(CustomField(pk=ask(f"by-{person.slug}").pk), changes={"name": "Y"}, by=person)
    edit_field(CustomField.objects.get(slug="by-alice"), changes={"needed_at": "closed"}, by=root)
    event = AuditEvent.objects.get(verb="field.edited")
    assert (event.object_key, event.changes) == ("field by-alice", {"needed_at": ["", "closed"]})


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"slug": "Not a slug"}, "slug"),
        ({"slug": "version"}, "slug"),
        ({"kind": "colour"}, "kind"),
        ({"kind": "choice"}, "choices"),
        ({"choices": ["a"]}, "choices"),
        ({"kind": "choice", "choices": ["a", "a"]}, "choices"),
        ({"kind": "choice", "choices": ["x" * 81]}, "choices"),
        ({"severities": [5]}, "severities"),
        ({"tiers": [9]}, "tiers"),
        ({"needed_at": "declined"}, "needed_at"),
    ],
)
def test_a_field_that_cannot_be_is_refused_by_name(ask, wrong, field):
    assert set(refusal_of(lambda: ask(**{"slug": "x", **wrong}))) == {field}
    assert not CustomField.objects.exists()


def test_the_kind_stays_once_somebody_answered(outage, alice, root, ask, noon):
    field = ask("size")
    edit_field(field, changes={"kind": "number"}, by=root)
    answer(outage, alice, noon, size=3)
    assert set(refusal_of(lambda: edit_field(field, changes={"kind": "text"}, by=root))) == {"kind"}


def test_the_database_keeps_one_answer_and_no_empty_one(outage, ask):
    field = ask("size")
    for text in ("", "x"):
        with pytest.raises(IntegrityError), transaction.atomic():
            CustomValue.objects.bulk_create(
                CustomValue(incident=outage, field=field, text=text) for _ in "ab"
            )


def test_an_admin_adds_and_edits_a_field_in_the_form(web, root):
    sent = {"name": "Region", "slug": "region", "kind": "choice", "choices": "eu\n\n us ", "position": "3"}
    assert web(root).post("/incidents/fields/new/", sent | {"severities": ["1", "2"]}).status_code == 302
    field = CustomField.objects.get()
    assert (field.choices, field.severities, field.position) == (["eu", "us"], [1, 2], 3)
    page = web(root).get(field.get_absolute_url())
    assert page.context["form"]["choices"].value() == "eu\nus"
    sent = {"name": "Regions", "kind": "choice", "choices": "eu", "position": "3", "version": field.version}
    assert web(root).post(field.get_absolute_url(), sent | {"is_retired": "on"}).status_code == 302
    assert "Somebody else" in web(root).post(field.get_absolute_url(), sent).content.decode()
    field.refresh_from_db()
    assert (field.name, field.is_retired, field.severities) == ("Regions", True, [])


def test_the_form_of_an_incident_has_a_control_for_each_and_keeps_what_was_typed(
    web, outage, alice, ask, noon
):
    for kind in ("text", "number", "date", "user"):
        ask(f"a-{kind}", kind=kind, needed_at="closed")
    ask("a-choice", kind="choice", choices=["eu", "us"])
    path = f"/incidents/{outage.key}/fields/"
    sent = {"a-number": "12", "a-date": "2026-02-28", "a-user": "alice", "a-choice": "eu", "a-text": "x"}
    refused = web(alice).post(path, sent | {"a-number": "twelve", "version": outage.version})
    assert 'value="twelve"' in refused.content.decode()
    assert web(alice).post(path, sent | {"version": outage.version}).status_code == 302
    assert stored(outage) == sent
    page = web(alice).get(path)
    assert page.context["form"]["a-user"].value() == "alice"
    shown = web(alice).get(f"/incidents/{outage.key}/").content.decode()
    assert "<dt>A-Date</dt><dd><p>2026-02-28</p>" in shown or "2026-02-28" in shown


def test_somebody_who_left_stays_the_answer(web, outage, alice, bob, ask, noon):
    ask("told-by", kind="user")
    answer(outage, alice, noon, **{"told-by": "bob"})
    type(bob).objects.filter(pk=bob.pk).update(is_active=False)
    outage.refresh_from_db()
    answer_again = {"told-by": "bob", "version": outage.version}
    assert web(alice).post(f"/incidents/{outage.key}/fields/", answer_again).status_code == 302
    assert stored(outage) == {"told-by": "bob"}


def test_programs_define_ask_and_answer(api, root, alice, outage):
    made = api(root).post(FIELDS, {"slug": "size", "name": "Size", "kind": "number", "needed_at": "closed"})
    assert (made.status_code, made["Location"]) == (201, f"{FIELDS}size/")
    assert api(alice).post(FIELDS, {"slug": "y", "name": "Y"}).status_code == 403
    edited = api(root).patch(f"{FIELDS}size/", {"severities": [1, 2]}, headers={"If-Match": made["ETag"]})
    assert edited.json()["severities"] == [1, 2]
    path = f"/api/v1/incidents/{outage.key}/fields/"
    asked = api(alice).get(path)
    row = {"slug": "size", "name": "Size", "kind": "number", "needed_at": "closed", "value": None}
    assert asked.json() == [row]
    send = lambda values: api(alice).patch(  # noqa: E731
        path, {"values": values}, headers={"If-Match": asked["ETag"]}
    )
    assert set(send({"size": "x", "other": 1}).json()["errors"]) == {"size", "other"}
    assert send({"size": 12}).json() == [row | {"value": "12"}]
    assert send({"size": 13}).status_code == 412
    assert api(alice).patch(path, {"values": {"size": 1}}).status_code == 428
    assert api(alice).get(f"/api/v1/incidents/{outage.key}/").json()["fields"] == {"size": "12"}
