"""GitLab and Jira keep what GitHub keeps; and what is particular about each."""

from datetime import timedelta

import pytest

from apps.action_items.models import Status
from apps.action_items.operations import redate, transition
from apps.trackers.operations import ask_for_issue, link_issue, try_connection
from tests.trackers.conftest import fresh, ref_of, status, trouble
from tests.trackers.github import FakeGitHub
from tests.trackers.gitlab import FakeGitLab
from tests.trackers.jira import FakeJira, FakeJiraCloud
from tests.trackers.server import DROP_AFTER, NOW

OTHERS = [FakeGitLab, FakeJira, FakeJiraCloud]
ALL = [FakeGitHub, *OTHERS]
ids = pytest.mark.parametrize


@pytest.fixture
def fake(request, start):
    return start(request.param)


@pytest.fixture
def place(fake, connect):
    return connect(fake, name="There")


@pytest.fixture
def hear(place, fake, api):
    def deliver(raw, headers, signed=None):
        signed = signed if signed is not None else fake.signed(raw, place.hook_secret)
        path = f"/api/v1/tracker-hooks/{place.uuid}/"
        return api().post(path, raw, headers={**headers, **signed}, content_type="application/json")

    return deliver


@ids("fake", OTHERS, indirect=True)
def test_an_issue_is_made_once_followed_and_told_what_the_portal_owns(
    fake, place, item, sync, hear, bob, alice
):
    ask_for_issue(item, connection=place, by=bob, now=NOW)
    fake.faults = [DROP_AFTER]
    sync(0)
    sync(2)
    assert (len(fake.issues), ref_of(item).state) == (1, "linked")
    fake.close(1)
    assert hear(*fake.webhook(1)).status_code == 202
    assert (status(item), ref_of(item).remote_state) == (Status.DONE, "closed")
    transition(fresh(item), to="open", reason="It came back", by=bob, now=NOW)
    redate(fresh(item), due_on=item.due_on + timedelta(days=7), reason="Late", by=bob, now=NOW)
    sync(3)
    there = next(iter(fake.issues.values()))
    fields = there.get("fields", there)
    assert "22 January 2027" in fields["description"]
    assert "2027-01-22" in (fields.get("due_date"), fields.get("duedate"))
    assert ref_of(item).remote_state == "open"
    fake.close(1)
    sync(70)
    assert status(item) == Status.DONE
    fake.drop(1)
    sync(140)
    assert status(item) == Status.DONE


@ids("fake", OTHERS, indirect=True)
def test_what_is_closed_without_being_done_stays_promised(fake, place, item, linked, sync):
    linked(item, place)
    fake.drop(1)
    sync(61)
    assert (status(item), "without being done" in ref_of(item).note) == (Status.OPEN, True)


@ids("fake", ALL, indirect=True)
def test_trying_it_says_what_works_or_what_is_wrong(fake, place, root, connect, settings):
    works, words = try_connection(place, by=root, now=NOW)
    assert (works, words.split()[1]) == (True, "answers,")
    assert fresh(place).trouble == ""
    missing = connect(fake, name="Missing", project={"jira": "NOPE"}.get(fake.kind, "acme/nope"))
    assert "may not see it" in try_connection(missing, by=root, now=NOW)[1]
    stale = connect(fake, name="Stale", token="old-token")
    assert "401" in try_connection(stale, by=root, now=NOW)[1]
    settings.OUTBOUND_ALLOW = []
    assert "OUTBOUND_ALLOW" in try_connection(place, by=root, now=NOW)[1]
    assert fake.token not in trouble(place)


@ids("fake", [FakeJira, FakeJiraCloud], indirect=True)
def test_jira_says_when_work_begins_and_pages_through_all_changes(fake, place, promise, linked, sync):
    items = [promise() for _ in range(2)]
    for one in items:
        linked(one, place)
    for _ in range(210):
        fake.add()
    fake.progress(2)
    sync(300)
    assert [status(one) for one in items] == [Status.OPEN, Status.IN_PROGRESS]
    fake.change("OPS-2", "To Do")
    sync(400)
    assert status(items[1]) == Status.OPEN


@ids("fake", [FakeJira], indirect=True)
def test_jira_without_due_dates_on_its_screens_and_without_a_way_back(
    fake, place, promise, linked, sync, bob
):
    fake.has_due_dates = False
    item = promise()
    linked(item, place)
    assert "15 January 2027" in fake.issues["OPS-1"]["fields"]["description"]
    fake.steps = lambda key, method, body: (200, {"transitions": []}, {})
    transition(item, to="done", by=bob, now=NOW)
    sync(1)
    assert "Move it there by hand" in ref_of(item).error
    assert (status(item), sync(30)) == (Status.VERIFIED, {})  # and it is not asked again and again


@ids("fake", [FakeJira], indirect=True)
def test_jira_names_the_type_that_it_lacks_and_the_fields_that_it_wants(
    fake, place, item, connect, root, bob, sync
):
    wrong = connect(fake, name="Wrong", issue_type="Chore")
    assert "no issue type “Chore”. It has: Task." in try_connection(wrong, by=root, now=NOW)[1]
    ask_for_issue(item, connection=place, by=bob, now=NOW)
    fake.faults = [(400, {}, {"errors": {"customfield_10010": "<b>secret</b>"}})]
    sync(0)
    assert ref_of(item).error == "Jira refuses this (400) because of: customfield_10010."
    assert trouble(place) == ""  # one issue that does not fit is not a tracker that fails


@ids("fake", [FakeGitLab], indirect=True)
def test_gitlab_carries_out_no_command_and_takes_both_ways_of_signing(fake, place, promise, linked, hear):
    item = promise(description="/close\n /assign @root", priority=1)
    linked(item, place)
    assert "\n/" not in f"\n{fake.issues[1]['description']}".replace("\n ", "\n")
    fake.close(1)
    raw, headers = fake.webhook(1)
    secret = place.hook_secret
    forged = [
        {"x-gitlab-token": "guessed"},
        {},
        fake.signed_as_standard_webhooks(raw + b" ", secret),
        fake.signed_as_standard_webhooks(raw, secret, at=1_700_000_000),
        {**fake.signed_as_standard_webhooks(raw, "whsec_AAAA"), "x-gitlab-token": secret},
    ]
    assert [hear(raw, headers, signed=one).status_code for one in forged] == [403] * 5
    assert status(item) == Status.OPEN
    assert hear(raw, headers, signed=fake.signed_as_standard_webhooks(raw, secret)).status_code == 202
    assert status(item) == Status.DONE


@ids("fake", [FakeGitLab], indirect=True)
def test_gitlab_tells_a_guest_what_it_lacks(fake, place, root):
    fake.level = 10
    assert "needs the role Reporter" in try_connection(place, by=root, now=NOW)[1]


@ids(
    ("fake", "paths"),
    [
        (FakeGitLab, ["/acme/ops/runbooks/-/issues/1", "/acme/ops/runbooks/-/work_items/1?x=1"]),
        (FakeJira, ["/browse/OPS-1", "/browse/ops-1#comment"]),
    ],
    indirect=["fake"],
)
def test_issues_are_known_by_every_address_that_they_have(fake, paths, place, promise, bob, sync):
    fake.add()
    for path in paths:
        item = promise()
        ref = link_issue(item, url=f"{fake.base}{path}", by=bob, now=NOW)
        sync(0)
        assert ref_of(item).remote_state == "open"
        ref.delete()
