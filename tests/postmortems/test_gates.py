"""What stands between an approved text and its readers."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.action_items.models import ActionItem
from apps.audit.models import AuditEvent
from apps.core.errors import Conflict
from apps.incidents.models import ImpactWindow
from apps.postmortems.gates import gates_of
from apps.postmortems.models import GateException, ImpactValue, Postmortem
from apps.postmortems.operations import (
    add_comment,
    add_part,
    edit_part,
    except_gate,
    publish_postmortem,
    resolve_comment,
    return_to_draft,
    submit_for_review,
)
from tests.factories import make_action_item, make_incident, make_membership, make_user
from tests.postmortems.conftest import approve, promise, write

pytestmark = pytest.mark.django_db
WHY = "The vendor has already replaced the part."


def states(postmortem, reader):
    return {gate.gate.value: gate.status for gate in gates_of(postmortem, reader)}


def reasons(postmortem, gate, reader):
    return [lack.message for each in gates_of(postmortem, reader) if each.gate == gate for lack in each.lacks]


def test_all_that_is_missing_is_named_at_once(draft, now, alice, bob):
    write(draft, "summary", "Files were sent twice.", by=alice)
    write(draft, "impact", "A lot.", by=alice)
    submit_for_review(draft, now=now, by=alice)
    approve(draft, by=bob)
    item = promise(draft, by=alice, priority=2, kind="mitigate", done_when="", commit=False)
    with pytest.raises(Conflict) as refusal:
        publish_postmortem(draft, now=now, by=alice)
    assert refusal.value.errors == {
        "sections": [
            "“Trigger and contributing factors” is still empty.",
            "“Recovery and resolution” is still empty.",
        ],
        "g1": ["Users were affected, and no P0 or P1 action item is promised."],
        "g2": [f"{item.key} has no end state."],
        "g3": ["Every action item mitigates: none keeps it from happening again, or shows it sooner."],
        "g4": [
            "Nothing is said about “Users affected”. “Unknown” is an answer.",
            "Nothing is said about “Revenue”. “Unknown” is an answer.",
        ],
    }
    draft.refresh_from_db()
    assert (draft.status, draft.snapshots.count()) == ("approved", 0)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"priority": 1}, "met"),
        ({"priority": 0, "status": "done"}, "met"),
        ({"priority": 2}, "not_met"),
        ({"priority": 1, "status": "proposed"}, "not_met"),
        ({"priority": 1, "status": "wont_do"}, "not_met"),
    ],
)
def test_g1_what_hurt_users_promises_something_urgent(filled, alice, fields, expected):
    filled.action_items.add(make_action_item(owner=alice, **fields))
    assert states(filled, alice)["g1"] == expected


def test_g1_asks_nothing_of_what_hurt_nobody(filled, alice, outage):
    assert states(filled, alice)["g1"] == "not_met"
    ImpactWindow.objects.update(level="operational")
    assert states(filled, alice)["g1"] == "met"
    ImpactWindow.objects.update(level="down")
    outage.kind = "near_miss"
    outage.save(update_fields=["kind"])
    assert states(filled, alice)["g1"] == "met"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, []),
        ({"owner": None}, ["ACT-1 has no owner."]),
        (
            {"due_on": None, "done_when": " ", "status": "proposed"},
            ["ACT-1 has no due date and no end state."],
        ),
        ({"owner": None, "status": "duplicate"}, []),
    ],
)
def test_g2_every_action_item_is_a_commitment(filled, alice, fields, said):
    filled.action_items.add(make_action_item(**{"owner": alice, **fields}))
    assert reasons(filled, "g2", alice) == said


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ([], "met"),
        (["prevent"], "met"),
        (["mitigate", "detect"], "met"),
        (["mitigate", "mitigate"], "not_met"),
        (["detect", "process"], "not_met"),
    ],
)
def test_g3_something_prevents_or_mitigates_and_not_only_mitigates(filled, alice, kinds, expected):
    for kind in kinds:
        filled.action_items.add(make_action_item(kind=kind, owner=alice))
    assert states(filled, alice)["g3"] == expected


def test_g4_each_expected_measure_has_a_number_or_an_explained_unknown(draft, now, alice):
    assert len(reasons(draft, "g4", alice)) == 2
    users = {"measure": "users", "certainty": "estimated", "value": 200, "unit": "users", "method": "Sampled"}
    add_part(draft, ImpactValue, users, now=now, by=alice)
    unknown = {"measure": "revenue", "certainty": "unknown"}
    revenue = add_part(draft, ImpactValue, unknown, now=now, by=alice)
    fresh = Postmortem.objects.get(pk=draft.pk)
    assert reasons(fresh, "g4", alice) == ["“Revenue” is unknown: say how that was found."]
    edit_part(revenue, {"method": "The day is not closed"}, now=now, by=alice)
    assert reasons(Postmortem.objects.get(pk=draft.pk), "g4", alice) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("214 files were sent twice.", "met"),
        ("Many files were sent twice.", "not_met"),
        ("Unknown.", "not_met"),
        ("Unknown: the logs of that hour are gone, and no partner counted.", "met"),
    ],
)
def test_g4_reads_the_text_where_no_measure_is_expected(draft, alice, text, expected):
    draft.expected_measures = []
    write(draft, "impact", text, by=alice)
    assert states(draft, alice)["g4"] == expected


def test_an_open_blocking_comment_keeps_it_from_being_published_until_it_is_resolved(
    approved, now, alice, bob
):
    promise(approved, by=alice)
    section = approved.sections.get(slug="impact")
    comment = add_comment(section, body="Is this measured?", is_blocking=True, now=now, by=bob)
    with pytest.raises(Conflict) as refusal:
        publish_postmortem(approved, now=now, by=alice)
    assert refusal.value.errors == {"comments": ["A comment on “Impact” waits to be resolved."]}
    resolve_comment(comment, now=now, by=bob)
    assert publish_postmortem(approved, now=now, by=alice).published_version == 1


def test_a_lead_lets_one_version_through_a_gate_once(approved, now, alice, payments):
    erin = make_user("erin")
    make_membership(erin, payments, role="lead")
    with pytest.raises(Conflict):
        publish_postmortem(approved, now=now, by=alice)
    made = except_gate(approved, gate="g1", reason=WHY, now=now, by=erin)
    assert (made.version, made.approver, states(approved, alice)["g1"]) == (1, erin, "excepted")
    event = AuditEvent.objects.get(verb="postmortem.gate_excepted")
    assert (event.actor, event.changes) == (erin, {"g1": [None, WHY]})
    assert publish_postmortem(approved, now=now, by=alice).published_version == 1

    approved = return_to_draft(approved, now=now, by=alice)
    assert states(approved, alice)["g1"] == "not_met"  # of version 2
    with pytest.raises(Conflict, match="excepted once already, for version 1"):
        except_gate(approved, gate="g1", reason=WHY, now=now, by=erin)


def test_only_a_lead_or_an_admin_who_does_not_own_it_answers_for_a_closed_gate(
    approved, now, alice, bob, charlie, ada, root
):
    for person in (alice, bob, charlie, ada):  # alice leads Payments, and owns it
        with pytest.raises(PermissionDenied):
            except_gate(approved, gate="g1", reason=WHY, now=now, by=person)
    with pytest.raises(ValidationError, match="at least 20"):
        except_gate(approved, gate="g1", reason="Because.", now=now, by=root)
    with pytest.raises(Conflict, match="G4 is met"):
        except_gate(approved, gate="g4", reason=WHY, now=now, by=root)
    with pytest.raises(ValidationError):
        except_gate(approved, gate="sections", reason=WHY, now=now, by=root)
    except_gate(approved, gate="g1", reason=WHY, now=now, by=root)
    assert GateException.objects.count() == 1


def test_an_action_item_that_the_reader_may_not_see_is_not_named(filled, alice, bob, outage):
    hidden = make_incident(by=alice, is_private=True)
    item = make_action_item(incident=hidden, owner=None)
    filled.action_items.add(item)
    assert reasons(filled, "g2", alice) == []  # of another, private incident: not this document's business
    filled.incidents.add(hidden)
    assert reasons(filled, "g2", alice) == [f"{item.key} has no owner."]
    assert reasons(filled, "g2", bob) == ["An action item that you may not see has no owner."]


def test_the_page_lists_every_closed_gate_with_the_place_to_mend_it(web, approved, alice, root):
    item = promise(approved, by=alice, priority=2, done_when="", commit=False)
    page = (
        web(alice)
        .post(f"{approved.get_absolute_url()}move/", {"to": "published"}, follow=True)
        .content.decode()
    )
    assert "Not ready to be published." in page
    assert f'href="{approved.get_absolute_url()}action-items/new/"' in page
    assert f'href="/action-items/{item.key}/edit/"' in page
    url = f"{approved.get_absolute_url()}gates/g1/except/"
    assert url not in page  # she owns it
    assert web(alice).get(url).status_code == 403
    assert url in web(root).get(approved.get_absolute_url()).content.decode()
    assert "at least 20" in web(root).post(url, {"reason": "No."}).content.decode()
    assert web(root).post(url, {"reason": WHY}).status_code == 302
    assert WHY in web(alice).get(approved.get_absolute_url()).content.decode()
    assert web(root).get(f"{approved.get_absolute_url()}gates/g9/except/").status_code == 404


def test_a_program_reads_the_gates_and_is_told_all_that_is_missing(api, approved, alice, root):
    url = f"/api/v1/postmortems/{approved.key}/"
    answer = api(alice).post(f"{url}transitions/", {"to": "published"})
    body = answer.json()
    assert (answer.status_code, set(body["errors"])) == (409, {"g1"})
    assert body["allowed"] == ["published", "draft"]
    first = api(alice).get(f"{url}gates/").json()[0]
    assert (first["gate"], first["status"]) == ("g1", "not_met")
    assert api(alice).post(f"{url}gates/", {"gate": "g1", "reason": WHY}).status_code == 403
    answer = api(root).post(f"{url}gates/", {"gate": "g1", "reason": WHY})
    assert (answer.status_code, answer.json()["approver"]["slug"]) == (201, "root")
    assert api(alice).post(f"{url}transitions/", {"to": "published"}).status_code == 200
    assert [row["key"] for row in api(alice).get("/api/v1/postmortems/?exception=g1").json()["results"]] == [
        "PM-1"
    ]
    assert api(alice).get("/api/v1/postmortems/?exception=g2").json()["results"] == []
    assert ActionItem.objects.count() == 0


def test_an_exception_is_taken_back_by_who_granted_it_until_publication(
    web, api, approved, now, alice, bob, payments, root
):
    erin = make_user("erin")
    make_membership(erin, payments, role="lead")
    page, url = approved.get_absolute_url(), f"{approved.get_absolute_url()}gates/g1/take-back/"
    program = f"/api/v1/postmortems/{approved.key}/gates/g1/"
    except_gate(approved, gate="g1", reason=WHY, now=now, by=erin)
    for person in (alice, bob):
        assert web(person).post(url).status_code == 403
        assert api(person).delete(program).status_code == 403
        assert url not in web(person).get(page).content.decode()
    assert url in web(erin).get(page).content.decode()
    assert "taken back" in web(erin).post(url, follow=True).content.decode()
    assert states(approved, alice)["g1"] == "not_met"
    event = AuditEvent.objects.get(verb="postmortem.gate_exception_taken_back")
    assert (event.actor, event.changes) == (erin, {"g1": [WHY, None]})
    assert "no exception" in web(erin).post(url, follow=True).content.decode()  # pressed twice
    except_gate(approved, gate="g1", reason=WHY, now=now, by=erin)  # it was never used
    assert api(root).delete(program).status_code == 204
    except_gate(approved, gate="g1", reason=WHY, now=now, by=erin)
    publish_postmortem(approved, now=now, by=alice)
    assert api(root).delete(program).status_code == 409
    assert GateException.objects.filter(gate="g1", version=1).exists()


def test_g3_says_when_every_cure_is_aimed_at_people_and_lets_it_pass(filled, alice, bob):
    def notes():
        return [note for gate in gates_of(filled, bob) for note in gate.notes]

    item = make_action_item(kind="prevent", owner=alice, title="Train the operators on failover")
    filled.action_items.add(item)
    assert states(filled, alice)["g3"] == "met"
    assert notes() == [
        f"{item.key}: aimed at people. The change that holds is one in the system around them."
    ]
    filled.action_items.add(make_action_item(kind="prevent", owner=alice, title="Cap retries at three"))
    assert notes() == []
