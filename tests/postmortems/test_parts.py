"""Factors, lessons, impact values and the trigger: rules at operations, doors once."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, StaleVersion
from apps.postmortems.document import missing_titles
from apps.postmortems.models import Factor, FactorCategories, ImpactValue, Lesson, Postmortem
from apps.postmortems.operations import (
    add_part,
    edit_factor_categories,
    edit_part,
    edit_postmortem,
    publish_postmortem,
    remove_part,
    return_to_draft,
)
from tests.postmortems.conftest import approve_by_all, promise

pytestmark = pytest.mark.django_db
GAP = {"category": "monitoring-gap", "text": "No alert counts repeated files"}
USERS = {"measure": "users", "certainty": "measured", "value": 1860, "unit": "merchants", "method": "Ledger"}


@pytest.fixture
def factor(draft, alice, now):
    return add_part(draft, Factor, GAP, now=now, by=alice)


def order(model, postmortem):
    return list(model.objects.filter(postmortem=postmortem).values_list("text", "position"))


def test_several_factors_stand_side_by_side_and_none_is_the_cause(draft, factor, alice, now):
    add_part(draft, Factor, GAP | {"text": "Paused in six minutes", "is_mitigator": True}, now=now, by=alice)
    assert order(Factor, draft) == [("No alert counts repeated files", 1), ("Paused in six minutes", 2)]
    assert not {field.name for field in Postmortem._meta.get_fields()} & {"root_cause", "cause"}


def test_a_row_is_put_where_it_belongs_and_the_others_make_room(draft, factor, alice, now):
    for text in ("Second", "Third"):
        last = add_part(draft, Factor, GAP | {"text": text}, now=now, by=alice)
    edit_part(last, {"position": 1}, now=now, by=alice)
    assert order(Factor, draft) == [("Third", 1), ("No alert counts repeated files", 2), ("Second", 3)]
    add_part(draft, Factor, GAP | {"text": "Between", "position": 2}, now=now, by=alice)
    assert [text for text, _ in order(Factor, draft)][:2] == ["Third", "Between"]


def test_each_row_is_guarded_by_its_own_version(factor, alice, bob, now):
    edit_part(factor, {"text": "Alice's"}, seen=1, now=now, by=alice)
    with pytest.raises(StaleVersion):
        edit_part(factor, {"text": "Bob's"}, seen=1, now=now, by=bob)
    with pytest.raises(StaleVersion):
        remove_part(factor, seen=1, now=now, by=bob)
    assert Factor.objects.get().text == "Alice's"


def test_what_is_added_changed_and_removed_is_told_with_before_and_after(draft, factor, alice, now):
    edit_part(factor, {"text": "Other words", "category": "monitoring-gap"}, now=now, by=alice)
    remove_part(factor, now=now, by=alice)
    events = AuditEvent.objects.filter(verb__startswith="postmortem.factor_").order_by("pk")
    assert [event.verb.removeprefix("postmortem.factor_") for event in events] == [
        "added",
        "edited",
        "removed",
    ]
    said = "No alert counts repeated files"
    assert [event.changes["text"] for event in events] == [
        [None, said],
        [said, "Other words"],
        ["Other words", None],
    ]
    assert {(event.object_key, event.scope) for event in events} == {("PM-1 factor", "incident:INC-1")}


def test_strangers_and_auditors_change_no_row(draft, factor, charlie, ada, now):
    for person in (charlie, ada):
        for act in (
            lambda by: add_part(draft, Factor, GAP, now=now, by=by),
            lambda by: edit_part(factor, {"text": "Mine"}, now=now, by=by),
            lambda by: remove_part(factor, now=now, by=by),
        ):
            with pytest.raises(PermissionDenied):
                act(person)


def test_a_published_document_takes_no_rows(published, alice, now):
    with pytest.raises(Conflict):
        add_part(published, Factor, GAP, now=now, by=alice)
    with pytest.raises(Conflict):
        edit_postmortem(published, changes={"trigger_category": "hardware"}, now=now, by=alice)


def test_a_new_row_takes_an_approval_back(approved, alice, now):
    add_part(approved, Lesson, {"kind": "lucky", "text": "It was Sunday"}, now=now, by=alice)
    approved.refresh_from_db()
    assert approved.status == "draft"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"value": None}, {"value"}),
        ({"method": "", "unit": " "}, {"method", "unit"}),
        ({"value": -1}, {"value"}),
        ({"certainty": "unknown"}, {"value"}),
        ({"certainty": "felt"}, {"certainty"}),
        ({"measure": "other"}, {"name"}),
    ],
)
def test_a_number_has_a_method_and_what_is_unknown_has_no_number(draft, alice, now, fields, wrong):
    with pytest.raises(ValidationError) as refusal:
        add_part(draft, ImpactValue, USERS | fields, now=now, by=alice)
    assert set(refusal.value.message_dict) == wrong


def test_the_database_too_refuses_a_number_without_a_method(draft):
    bare = {"measure": "users", "certainty": "measured", "value": 5, "unit": "users"}
    with pytest.raises(IntegrityError), transaction.atomic():
        ImpactValue.objects.create(postmortem=draft, **bare)


def test_a_measured_value_becomes_unknown_only_without_its_number(draft, alice, now):
    row = add_part(draft, ImpactValue, USERS, now=now, by=alice)
    with pytest.raises(ValidationError):
        edit_part(row, {"certainty": "unknown"}, now=now, by=alice)
    edit_part(row, {"certainty": "unknown", "value": None}, now=now, by=alice)
    with pytest.raises(ValidationError):
        edit_part(row, {"certainty": "measured"}, now=now, by=alice)
    assert ImpactValue.objects.get().shown == "Unknown"


def test_a_measure_has_one_value_and_other_things_have_names(draft, alice, now):
    row = add_part(draft, ImpactValue, USERS, now=now, by=alice)
    with pytest.raises(ValidationError, match="has a value already"):
        add_part(draft, ImpactValue, USERS, now=now, by=alice)
    assert edit_part(row, {"measure": "users", "value": "1860.5"}, now=now, by=alice).shown == "1,860.5"
    for name in ("Files", "Banks"):
        add_part(draft, ImpactValue, USERS | {"measure": "other", "name": name}, now=now, by=alice)


def test_what_nobody_said_about_the_impact_is_named_until_the_word_unknown(draft, alice, now):
    assert draft.unsaid_impact == ["Users affected", "Revenue"]
    add_part(draft, ImpactValue, USERS, now=now, by=alice)
    add_part(draft, ImpactValue, {"measure": "revenue", "certainty": "unknown"}, now=now, by=alice)
    assert Postmortem.objects.get().unsaid_impact == []


def test_rows_fill_a_required_section_without_any_text(draft, factor, alice, now):
    assert "Trigger and contributing factors" not in missing_titles(draft)
    remove_part(factor, now=now, by=alice)
    assert "Trigger and contributing factors" in missing_titles(Postmortem.objects.get())


def test_a_published_version_keeps_its_rows_when_the_draft_goes_on(in_review, alice, bob, now, api, web):
    row = add_part(in_review, Factor, GAP, now=now, by=alice)
    approved = approve_by_all(in_review)
    promise(approved, by=alice)
    publish_postmortem(approved, now=now, by=alice)
    return_to_draft(approved, now=now, by=alice)
    edit_part(row, {"text": "Later words"}, now=now, by=alice)
    one = api(alice).get("/api/v1/postmortems/PM-1/versions/1/").json()
    expected = GAP | {"name": "Monitoring gap", "is_mitigator": False}
    assert one["factors"] == [expected]
    page = web(alice).get("/postmortems/PM-1/versions/1/").content.decode()
    assert GAP["text"] in page
    assert "Later words" not in page


def test_a_category_that_is_used_can_cease_to_be_offered_and_not_go(draft, factor, root, alice, now):
    known = FactorCategories.objects.current().categories
    without = [each for each in known if each["slug"] != "monitoring-gap"]
    with pytest.raises(ValidationError, match="Factors use monitoring-gap"):
        edit_factor_categories(without, by=root)
    retired = [each | {"is_offered": each["slug"] != "monitoring-gap"} for each in known]
    edit_factor_categories(retired, seen=1, by=root)
    edit_part(factor, {"text": "Reworded", "category": "monitoring-gap"}, now=now, by=alice)
    with pytest.raises(ValidationError, match="Choose one of"):
        add_part(draft, Factor, GAP, now=now, by=alice)
    with pytest.raises(StaleVersion):
        edit_factor_categories(known, seen=1, by=root)
    with pytest.raises(PermissionDenied):
        edit_factor_categories(known, by=alice)
    assert AuditEvent.objects.get(verb="factor_categories.edited").actor == root


def test_the_form_of_categories_adds_renames_and_removes(web, root):
    known = FactorCategories.objects.current().categories
    data = {f"name_{n}": each["name"] for n, each in enumerate(known)}
    data |= {f"offered_{n}": "on" for n in range(len(known))}
    data |= {"name_0": "Code", "name_1": "", f"name_{len(known)}": "Vendor", "version": 1}
    answer = web(root).post("/postmortems/factor-categories/edit/", data)
    assert answer.status_code == 302, answer.content.decode()
    names = FactorCategories.objects.current().names
    assert (names["software"], names["vendor"], "development-process" in names) == ("Code", "Vendor", False)


def test_a_factor_is_added_changed_and_removed_on_forms(web, alice, draft):
    client, url = web(alice), draft.get_absolute_url()
    new = {"category": "software", "text": "The key held the start time", "once": "k1"}
    for _ in range(2):
        assert client.post(f"{url}factors/new/", new).url == f"{url}#factors"
    row = Factor.objects.get()
    edited = {"category": "software", "text": "Other words", "position": 1, "version": 1}
    assert client.post(f"{url}factors/{row.uuid}/edit/", edited).status_code == 302
    stale = client.post(f"{url}factors/{row.uuid}/edit/", edited | {"text": "Late"}).content.decode()
    assert "Late</textarea>" in stale
    assert "Stored now: Other words" in stale
    assert "Other words" in client.get(url).content.decode()
    client.post(f"{url}factors/{row.uuid}/remove/")
    assert not Factor.objects.exists()


def test_the_trigger_is_said_on_a_form_and_through_the_api(web, api, alice, draft):
    url = f"{draft.get_absolute_url()}trigger/"
    sent = {"trigger_category": "hardware", "trigger_text": "A host restarted", "version": draft.version}
    assert web(alice).post(url, sent).url == f"{draft.get_absolute_url()}#factors"
    page = web(alice).get(draft.get_absolute_url()).content.decode()
    assert "Trigger: Hardware" in page
    client, one = api(alice), "/api/v1/postmortems/PM-1/"
    tag = client.get(one)["ETag"]
    answer = client.patch(one, {"trigger_category": "other"}, headers={"If-Match": tag})
    assert (answer.status_code, answer.json()["trigger_category"]) == (200, "other")
    assert client.patch(one, {"trigger_category": "x"}, headers={"If-Match": "*"}).status_code == 400


@pytest.mark.parametrize(
    ("parts", "body", "change"),
    [
        ("factors", GAP, {"text": "Other words"}),
        ("lessons", {"kind": "poorly", "phase": "recovery", "text": "Late"}, {"phase": ""}),
        ("impact-values", USERS, {"value": "2000.000"}),
    ],
)
def test_programs_add_read_change_and_remove_rows(api, alice, bob, draft, parts, body, change):
    client, url = api(alice), f"/api/v1/postmortems/PM-1/{parts}/"
    made = [client.post(url, body, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 201], made[0].json()
    one = f"{url}{made[0].json()['id']}/"
    assert client.get(one)["ETag"] == '"1"'
    assert client.patch(one, change).status_code == 428
    changed = client.patch(one, change, headers={"If-Match": '"1"'})
    assert changed.status_code == 200, changed.json()
    assert changed.json().items() >= change.items()
    assert client.patch(one, change, headers={"If-Match": '"1"'}).status_code == 412
    assert client.patch(one, {"version": 9}, headers={"If-Match": '"2"'}).status_code == 400
    assert len(client.get(url).json()["results"]) == 1
    assert client.get(f"{url}?nothing=1").status_code == 400
    assert client.delete(one).status_code == 428
    assert client.delete(one, headers={"If-Match": '"2"'}).status_code == 204


def test_the_page_costs_the_same_for_one_row_of_each_list_and_for_ten(web, alice, draft, now):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(draft.get_absolute_url()).status_code == 200
        return len(queries)

    def add(n):
        Factor.objects.create(postmortem=draft, **GAP)
        Lesson.objects.create(postmortem=draft, kind="well", text=f"Lesson {n}")

    client = web(alice)
    add(0)
    one = cost()
    for n in range(9):
        add(n)
    assert cost() == one
