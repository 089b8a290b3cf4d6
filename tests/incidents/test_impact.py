"""When users were affected, by service: windows, their union, and what comes back."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, StaleVersion
from apps.incidents.models import ImpactWindow, Incident, impact_time
from apps.incidents.operations import (
    add_window,
    close_window,
    declare_incident,
    declare_recurrence,
    delete_window,
    edit_incident,
    edit_window,
    set_milestone,
    transition_incident,
)
from tests.factories import make_service

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def ledger(payments, outage, checkout, alice, noon):
    ledger = make_service(slug="ledger", owner_team=payments)
    edit_incident(outage, changes={"services": [checkout, ledger]}, by=alice, now=noon)
    outage.refresh_from_db()
    return ledger


@pytest.fixture
def add(outage, alice, noon):
    def act(start, end, service=None, **kw):
        return add_window(
            outage, start=start, end=end, service=service, **{"by": alice, "now": noon + HOUR, **kw}
        )

    return act


def address(incident, rest=""):
    return f"/api/v1/incidents/{incident.key}/impact-windows/{rest}"


@pytest.mark.parametrize(
    ("spans", "minutes"),
    [
        ([], 0),
        ([(0, 30)], 30),
        ([(0, 30), (10, 20)], 30),  # one inside the other
        ([(0, 30), (20, 50)], 50),  # two that overlap
        ([(20, 50), (0, 30), (70, 80)], 60),  # and a gap, in any order
        ([(0, 30), (30, 60)], 60),  # edge to edge
        ([(0, None), (10, 20)], 90),  # until now
        ([(0, 10), (5, 5)], 10),  # one without length
    ],
)
def test_impact_time_is_the_length_of_the_union(noon, spans, minutes):
    windows = [
        ImpactWindow(start=noon + MINUTE * start, end=None if end is None else noon + MINUTE * end)
        for start, end in spans
    ]
    assert impact_time(windows, noon + 90 * MINUTE) == minutes * MINUTE


def test_a_service_that_worked_adds_nothing(noon):
    windows = [ImpactWindow(start=noon, end=noon + HOUR, level="operational")]
    assert impact_time(windows, noon + HOUR) == timedelta()


def test_two_services_down_at_once_count_once(add, outage, checkout, ledger, noon):
    add(noon, noon + 30 * MINUTE, checkout, level="down", pct_affected=80)
    add(noon + 10 * MINUTE, noon + 40 * MINUTE, ledger)
    first = outage.impact_windows.get(service=None)
    edit_window(first, changes={"end": noon}, by=outage.declared_by, now=noon + HOUR)
    assert (
        impact_time(outage.impact_windows.all(), noon + HOUR) == 50 * MINUTE
    )  # ten before noon, forty after


def test_windows_of_one_service_never_overlap(add, checkout, ledger, noon):
    add(noon, noon + 20 * MINUTE, checkout)
    add(noon + 20 * MINUTE, noon + 30 * MINUTE, checkout)  # edge to edge is no overlap
    add(noon, None, ledger)
    for start, end, service in (
        (noon + 10 * MINUTE, noon + 40 * MINUTE, checkout),
        (noon - MINUTE, None, checkout),
        (noon + 40 * MINUTE, noon + 50 * MINUTE, ledger),
        (noon, noon + MINUTE, None),  # the whole incident hurts anyway
    ):
        with pytest.raises(ValidationError, match="overlaps") as refusal:
            add(start, end, service)
        assert set(refusal.value.message_dict) == {"start"}


def test_a_window_lies_between_the_beginning_and_now_and_has_a_length(add, outage, checkout, noon):
    for start, end, field in (
        (outage.started_at - MINUTE, noon, "start"),
        (noon + 2 * HOUR, None, "start"),
        (noon, noon + 2 * HOUR, "end"),
        (noon, noon, "end"),
        (noon, noon - MINUTE, "end"),
    ):
        with pytest.raises(ValidationError) as refusal:
            add(start, end, checkout)
        assert set(refusal.value.message_dict) == {field}
    assert outage.impact_windows.count() == 1


def test_a_share_is_at_most_all_and_a_level_one_of_four(add, checkout, outage, noon):
    for wrong in ({"pct_affected": 101}, {"level": "melted"}):
        with pytest.raises(ValidationError) as refusal:
            add(noon, None, checkout, **wrong)
        assert set(refusal.value.message_dict) == set(wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        ImpactWindow.objects.create(incident=outage, start=noon, pct_affected=101)


def test_an_open_window_needs_an_incident_that_hurts(add, outage, alice, checkout, noon):
    transition_incident(outage, to="mitigated", by=alice, now=noon + HOUR)
    with pytest.raises(ValidationError, match="mitigated") as refusal:
        add(noon, None, checkout)
    assert set(refusal.value.message_dict) == {"end"}
    add(noon, noon + MINUTE, checkout)


def test_only_its_own_services_and_only_what_hurts(add, outage, alice, noon):
    with pytest.raises(ValidationError, match="not among") as refusal:
        add(noon, None, make_service(slug="elsewhere"))
    assert set(refusal.value.message_dict) == {"service"}
    drill = declare_incident(title="Fire drill", severity=4, kind="drill", by=alice, now=noon)
    with pytest.raises(Conflict, match="drill hurts nobody"):
        add_window(drill, start=noon, by=alice, now=noon)


def test_only_responders_say_what_the_impact_was(add, outage, charlie, ada, noon):
    window = outage.impact_windows.get()
    for stranger in (charlie, ada):
        for act in (
            lambda who: add(noon, None, by=who),
            lambda who: edit_window(window, changes={"level": "down"}, by=who, now=noon),
            lambda who: close_window(window, by=who, now=noon),
            lambda who: delete_window(window, by=who),
        ):
            with pytest.raises(PermissionDenied):
                act(stranger)


def test_each_word_about_the_impact_is_audited_and_makes_older_pages_stale(
    add, outage, alice, checkout, noon
):
    window = add(noon, None, checkout, pct_affected=6, seen=outage.version)
    with pytest.raises(StaleVersion):
        edit_window(window, changes={"level": "down"}, seen=outage.version, by=alice, now=noon + HOUR)
    edit_window(window, changes={"level": "down"}, by=alice, now=noon + HOUR)
    edit_window(window, changes={"level": "down"}, by=alice, now=noon + HOUR)  # nothing new, nothing written
    assert close_window(window, by=alice, now=noon + HOUR).end == noon + HOUR
    with pytest.raises(Conflict):
        close_window(window, by=alice, now=noon + HOUR)
    delete_window(window, by=alice)
    with pytest.raises(Conflict):
        delete_window(window, by=alice)
    events = AuditEvent.objects.filter(verb__startswith="incident.impact").order_by("pk")
    assert [event.verb.rpartition("_")[2] for event in events] == ["added", "changed", "changed", "removed"]
    assert events[0].changes["pct_affected"] == [None, 6]
    assert events[1].changes["level"] == ["partial", "down"]


def test_mitigating_ends_every_window_and_a_relapse_opens_one_of_the_whole(
    add, outage, alice, checkout, noon
):
    add(noon, None, checkout)
    transition_incident(outage, to="mitigated", by=alice, now=noon + HOUR)
    assert not outage.impact_windows.filter(end=None).exists()
    transition_incident(outage, to="investigating", reason="Back", by=alice, now=noon + 2 * HOUR)
    still = outage.impact_windows.get(end=None)
    assert (still.start, still.service) == (noon + 2 * HOUR, None)


def test_a_window_that_people_ended_is_not_opened_again_by_the_next_step(outage, alice, noon):
    close_window(outage.impact_windows.get(), by=alice, now=noon + HOUR)
    transition_incident(outage, to="identified", by=alice, now=noon + 2 * HOUR)
    transition_incident(outage, to="investigating", by=alice, now=noon + 3 * HOUR)
    assert not outage.impact_windows.filter(end=None).exists()


def test_a_corrected_beginning_takes_the_windows_of_every_service_along(add, outage, alice, checkout, noon):
    add(outage.started_at, noon, checkout)
    set_milestone(outage, kind="impact_started", at=noon - HOUR, by=alice, now=noon)
    assert {window.start for window in outage.impact_windows.all()} == {noon - HOUR}


@pytest.fixture
def long_over(outage, alice, noon):
    """Closed, and 14 days have passed."""
    set_milestone(outage, kind="mitigated", note="Nobody watched", by=alice, now=noon)
    transition_incident(outage, to="resolved", by=alice, now=noon)
    transition_incident(outage, to="closed", by=alice, now=noon)
    Incident.objects.filter(pk=outage.pk).update(status_since=noon - 15 * DAY)
    outage.refresh_from_db()
    return outage


def test_what_comes_back_later_is_declared_anew_and_linked(long_over, charlie, ada, noon):
    with pytest.raises(PermissionDenied):
        declare_recurrence(long_over, by=ada, now=noon)
    again = declare_recurrence(long_over, by=charlie, now=noon)
    assert (again.title, again.severity, again.commander) == (long_over.title, long_over.severity, charlie)
    assert [service.slug for service in again.services.all()] == ["checkout"]
    link = again.links_out.get()
    assert (link.kind, link.to_incident) == ("recurrence_of", long_over)
    assert again.status == "investigating"
    assert again.impact_windows.get().start == noon


def test_the_page_offers_the_recurrence_in_one_click_that_counts_once(web, long_over, charlie, ada):
    client, path = web(charlie), f"/incidents/{long_over.key}/"
    assert "Declare a recurrence" in client.get(path).content.decode()
    assert "Declare a recurrence" not in web(ada).get(path).content.decode()
    first, second = (client.post(f"{path}recur/", {"once": "once"}) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Incident.objects.count() == 2
    assert "Recurrence of" in client.get(first["Location"]).content.decode()


def test_the_page_adds_corrects_ends_and_removes_windows(web, alice, outage, checkout, noon):
    client, path = web(alice), f"/incidents/{outage.key}/"
    fresh = Incident.objects.get(pk=outage.pk)
    typed = {
        "service": checkout.slug,
        "level": "down",
        "pct_affected": 6,
        "start": f"{noon:%Y-%m-%dT%H:%M}",
        "version": fresh.version,
    }
    wrong = client.post(f"{path}impact/new/", typed | {"pct_affected": 600}).content.decode()
    assert 'value="600"' in wrong
    assert client.post(f"{path}impact/new/", typed).status_code == 302
    window = outage.impact_windows.get(service=checkout)
    page = client.get(path).content.decode()
    assert "6% of users" in page
    assert "of impact so far" in page
    edit = client.get(f"{path}impact/{window.uuid}/edit/").content.decode()
    assert f'value="{noon:%Y-%m-%dT%H:%M}"' in edit
    client.post(f"{path}impact/{window.uuid}/end/")
    window.refresh_from_db()
    assert window.end
    version = Incident.objects.get(pk=outage.pk).version
    changed = typed | {"version": version, "end": f"{noon + HOUR:%Y-%m-%dT%H:%M}", "level": "partial"}
    assert client.post(f"{path}impact/{window.uuid}/edit/", changed).status_code == 302
    window.refresh_from_db()
    assert (window.level, window.end) == ("partial", noon + HOUR)
    client.post(f"{path}impact/{window.uuid}/delete/")
    assert not outage.impact_windows.filter(service=checkout).exists()


def test_a_program_writes_windows_and_reads_the_impact_time(api, alice, charlie, outage, noon):
    client, headers = api(alice), {"Idempotency-Key": "w"}
    body = {"service": "checkout", "start": noon.isoformat(), "level": "down", "pct_affected": 12}
    made = [client.post(address(outage), body, headers=headers) for _ in range(2)][-1]
    assert made.status_code == 201
    path = address(outage, f"{made.json()['id']}/")
    assert client.post(address(outage), body).status_code == 400  # it overlaps
    assert client.post(address(outage), body | {"service": "nothing"}).status_code == 400
    until = (noon + 30 * MINUTE).isoformat()
    assert client.patch(path, {"end": until}).json()["end"] == until.replace("+00:00", "Z")
    first = next(row for row in client.get(address(outage)).json() if row["service"] is None)
    whole = client.patch(address(outage, f"{first['id']}/"), {"end": noon.isoformat()})
    assert whole.status_code == 200
    shown = api(charlie).get(f"/api/v1/incidents/{outage.key}/").json()
    assert shown["impact_seconds"] == 40 * 60
    assert {window["service"] for window in shown["impact_windows"]} == {None, "checkout"}
    stale = client.patch(path, {"level": "partial"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert api(charlie).delete(path).status_code == 403
    assert client.delete(path).status_code == 204
    assert client.delete(path).status_code == 404


def test_a_window_edited_while_others_resolve_its_incident_does_not_stay_open(add, outage, alice, noon):
    later = noon + HOUR
    seen = ImpactWindow.objects.select_related("incident").get(
        pk=add(noon, noon + MINUTE, service=outage.services.get()).pk
    )
    transition_incident(outage, to="resolved", by=alice, now=later)
    with pytest.raises(ValidationError, match="is resolved: say when the impact ended"):
        edit_window(seen, changes={"end": None}, by=alice, now=later)
    assert not outage.impact_windows.filter(end=None).exists()
