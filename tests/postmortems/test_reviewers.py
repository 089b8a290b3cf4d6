"""Who must have approved, who is asked, and what an approval is worth once the text has changed."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, StaleVersion
from apps.notifications.kinds import renderer
from apps.notifications.models import OutboxMail
from apps.postmortems.models import CheckItem
from apps.postmortems.operations import (
    choose_reviewers,
    decide_review,
    draft_postmortem,
    edit_postmortem,
    publish_postmortem,
    submit_for_review,
)
from apps.postmortems.review_state import state_of
from tests.factories import make_incident, make_membership, make_service, make_team, make_user
from tests.postmortems.conftest import NOW, approve, fill, promise, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def search(db):
    return make_team(name="Search", slug="search")


@pytest.fixture
def dora(search):
    return make_user("dora", team=search, role="lead")


@pytest.fixture
def erin(payments):
    """A second lead of Payments."""
    return make_user("erin", team=payments, role="lead")


def names(postmortem):
    return sorted(seat.person.slug for seat in postmortem.reviewers.all())


def mails(kind):
    return sorted(mail.recipient.slug for mail in OutboxMail.objects.filter(kind=kind))


def rendered(kind, person, now=NOW):
    return renderer(kind)(OutboxMail.objects.filter(kind=kind, recipient=person).order_by("pk").last(), now)


def test_going_into_review_names_a_lead_of_the_team_and_somebody_from_outside(
    filled, now, alice, bob, charlie, dora, erin, ada
):
    row = submit_for_review(filled, now=now, by=alice)
    assert names(row) == [
        "dora",
        "erin",
    ]  # the lead who is not the owner; outside, a lead rather than charlie
    assert mails("review_asked") == ["dora", "erin"]
    mail = rendered("review_asked", dora)
    assert mail.subject == "Review: PM-1 Settlement files sent twice"
    assert row.get_absolute_url() in mail.text
    event = AuditEvent.objects.get(verb="postmortem.reviewers_named")
    assert event.changes == {"reviewers": [[], ["dora", "erin"]]}


def test_every_affected_team_has_a_lead_among_them_and_one_person_may_stand_for_one_team_only(
    outage, now, alice, bob, charlie, dora, erin, search
):
    outage.services.add(make_service(slug="index", owner_team=search))
    row = draft_postmortem([outage], now=now, by=alice)
    fill(row, by=alice)
    assert names(submit_for_review(row, now=now, by=alice)) == ["charlie", "dora", "erin"]
    words = [rule.need.words for rule in state_of(row, now.date()).rules]
    assert words == ["A lead of Payments", "A lead of Search", "Somebody from outside Payments and Search"]


def test_where_the_owner_is_the_only_lead_a_member_of_the_team_does(filled, now, alice, bob, charlie):
    row = submit_for_review(filled, now=now, by=alice)
    assert names(row) == ["bob", "charlie"]
    rule = state_of(row, now.date()).rules[0]
    assert (rule.need.words, rule.need.note) == (
        "Somebody from Payments",
        "No lead of it can: a member does.",
    )


def test_who_has_fewest_reviews_to_do_is_proposed(outage, now, alice, bob, charlie):
    erin = make_user("erin")
    found = []
    for _ in range(3):
        row = draft_postmortem([outage], now=now, by=alice)
        fill(row, by=alice)
        found.append(names(submit_for_review(row, now=now, by=alice)))
    assert found == [["bob", "charlie"], ["bob", "erin"], ["bob", "charlie"]]
    assert erin.pk > charlie.pk


def test_of_a_lesser_incident_nobody_is_named_but_who_is_named_has_to_approve(
    outage, now, alice, bob, charlie
):
    outage.severity = 3
    outage.save(update_fields=["severity"])
    row = draft_postmortem([outage], now=now, by=alice)
    fill(row, by=alice)
    choose_reviewers(row, people=[charlie], now=now, by=alice)
    submit_for_review(row, now=now, by=alice)
    assert approve(row, by=bob).postmortem.status == "in_review"
    assert approve(row, by=charlie).postmortem.status == "approved"


def test_it_is_approved_when_everybody_named_has_approved_it(filled, now, alice, bob, charlie, dora, erin):
    row = submit_for_review(filled, now=now, by=alice)
    choose_reviewers(row, people=[dora, erin, charlie], now=now, by=alice)
    assert mails("review_asked") == ["charlie", "dora", "erin"]  # dora and erin once, charlie who is new
    for person, status in (
        (erin, "in_review"),
        (bob, "in_review"),
        (dora, "in_review"),
        (charlie, "approved"),
    ):
        assert approve(row, by=person).postmortem.status == status
    events = AuditEvent.objects.filter(verb="postmortem.review_approved")
    assert [event.actor.slug for event in events.order_by("pk")] == ["erin", "bob", "dora", "charlie"]


def test_a_lead_who_was_not_named_meets_the_rule_as_well(filled, now, alice, charlie, dora, erin):
    frank = make_user("frank")
    make_membership(frank, alice.current_teams[0], role="lead")
    row = submit_for_review(filled, now=now, by=alice)
    choose_reviewers(row, people=[dora], now=now, by=alice)
    approve(row, by=dora)
    assert approve(row, by=frank).postmortem.status == "approved"


def test_taking_away_the_last_silent_reviewer_ends_the_review_but_never_below_the_rule(
    filled, now, alice, charlie, dora, erin
):
    row = submit_for_review(filled, now=now, by=alice)
    choose_reviewers(row, people=[dora, erin, charlie], now=now, by=alice)
    approve(row, by=dora)
    assert choose_reviewers(row, people=[dora], now=now, by=alice).status == "in_review"
    choose_reviewers(row, people=[dora, erin, charlie], now=now, by=alice)
    approve(row, by=erin)
    assert choose_reviewers(row, people=[dora, erin], now=now, by=alice).status == "approved"


def test_the_owner_chooses_and_nobody_who_could_not_review(filled, in_review, now, alice, bob, ada, root):
    with pytest.raises(PermissionDenied):
        choose_reviewers(filled, people=[bob], now=now, by=bob)
    for person in (alice, ada):
        with pytest.raises(ValidationError, match=f"Not {person.name}"):
            choose_reviewers(filled, people=[bob, person], now=now, by=alice)
    with pytest.raises(ValidationError, match="At most 12"):
        choose_reviewers(filled, people=[make_user() for _ in range(13)], now=now, by=root)
    approve(filled, by=bob)
    approve(filled, by=root)
    with pytest.raises(Conflict, match="its review is over"):
        choose_reviewers(filled, people=[bob], now=now, by=alice)


def test_of_a_private_incident_only_those_are_named_who_may_see_it(
    now, alice, bob, charlie, dora, root, checkout
):
    hidden = make_incident(by=alice, is_private=True, severity=1, services=[checkout], title="Zebra")
    row = draft_postmortem([hidden], title="Zebra", now=now, by=alice)
    fill(row, by=alice)
    submit_for_review(row, now=now, by=alice)
    assert names(row) == ["root"]  # nobody of Payments but the owner may read it
    assert "Zebra" not in str(rendered("review_asked", root))
    with pytest.raises(ValidationError, match="Not Bob"):
        choose_reviewers(row, people=[bob], now=now, by=alice)
    assert approve(row, by=root).postmortem.status == "approved"


def test_an_edit_takes_the_approvals_back_and_their_givers_are_told(filled, now, alice, bob, charlie):
    row = submit_for_review(filled, now=now, by=alice)
    approve(row, by=bob)
    write(row, "impact", "No files: 0.", by=alice)
    assert mails("approval_lost") == ["bob"]
    assert "still in review" in rendered("approval_lost", bob).text
    assert approve(row, by=charlie).postmortem.status == "in_review"  # bob has not read the new text
    assert approve(row, by=bob).postmortem.status == "approved"
    assert rendered("approval_lost", bob) is None  # nothing left to say

    edit_postmortem(row, changes={"title": "Files sent three times"}, now=now, by=alice)
    row.refresh_from_db()
    assert (row.status, row.reviews.filter(is_current=True).count()) == ("draft", 0)
    assert mails("approval_lost") == ["bob", "bob", "charlie"]
    assert "written again" in rendered("approval_lost", charlie).text


def test_a_text_that_changed_unseen_is_not_published_as_approved(approved, now, alice):
    """Whatever wrote it: the approval names the text it was about."""
    promise(approved, by=alice)
    approved.sections.filter(slug="impact").update(body="Another 12 files.")
    assert not state_of(approved, now.date()).approvals
    with pytest.raises(Conflict, match="not the one that was approved"):
        publish_postmortem(approved, now=now, by=alice)


def test_an_approval_of_a_text_that_was_read_before_the_last_edit_is_refused(in_review, now, alice, bob):
    read = in_review.version
    write(in_review, "impact", "Another 12 files.", by=alice)
    with pytest.raises(StaleVersion):
        approve(in_review, by=bob, seen=read)


def test_somebody_elses_approval_does_not_make_a_reviewers_page_stale(filled, now, alice, bob, charlie):
    row = submit_for_review(filled, now=now, by=alice)
    read = row.version
    approve(row, by=bob, seen=read)
    assert approve(row, by=charlie, seen=read).postmortem.status == "approved"


def test_the_last_approval_answers_what_nobody_has_and_each_answer_is_kept_by_name(
    filled, now, alice, bob, charlie
):
    row = submit_for_review(filled, now=now, by=alice)
    approve(row, by=bob, checks=["impact", "causes", "actions", "priorities"])
    with pytest.raises(ValidationError) as refusal:
        approve(row, by=charlie, checks=["data"])
    assert refusal.value.message_dict["checks"][0].startswith("Nobody has confirmed yet: It is shared")
    assert row.reviews.count() == 1  # nothing of the refused one stays
    approve(row, by=charlie, checks=["data", "audience"])
    row.refresh_from_db()
    assert row.status == "approved"
    answered = {
        check.item: [person.slug for person in check.by] for check in state_of(row, now.date()).checks
    }
    assert answered == {
        **{item: ["bob"] for item in ("impact", "causes", "actions", "priorities")},
        **{item: ["charlie"] for item in ("data", "audience")},
    }
    with pytest.raises(ValidationError, match="There is no question"):
        decide_review(row, decision="approved", checks=["mood"], now=now, by=bob)


def test_each_question_of_the_checklist_has_words():
    assert len(CheckItem.labels) == len(set(CheckItem.labels)) == 6


def test_who_asked_is_not_asked_and_who_left_is_replaced(filled, now, alice, bob, charlie, erin):
    choose_reviewers(filled, people=[erin, charlie], now=now, by=alice)
    User.objects.filter(pk=charlie.pk).update(is_active=False)
    dora = make_user("dora")
    assert names(submit_for_review(filled, now=now, by=bob)) == ["dora", "erin"]
    assert dora.slug in mails("review_asked")


def test_the_page_shows_who_is_waited_for_and_the_form_keeps_what_was_ticked(
    web, filled, now, alice, bob, charlie
):
    row = submit_for_review(filled, now=now, by=alice)
    page = web(bob).get(row.get_absolute_url()).content.decode()
    assert "Somebody from outside Payments" in page
    assert page.count("Waiting") == 2
    body = {"decision": "approved", "checks": ["impact"], "version": row.version, "comment": "Clear"}
    assert web(bob).post(f"{row.get_absolute_url()}review/", body).status_code == 302
    refused = web(charlie).post(f"{row.get_absolute_url()}review/", body | {"checks": ["data"]})
    text = refused.content.decode()
    assert "Nobody has confirmed yet" in text
    assert text.count(" checked") >= 1
    form = web(alice).get(f"{row.get_absolute_url()}reviewers/").content.decode()
    assert "Charlie" in form
    sent = web(alice).post(f"{row.get_absolute_url()}reviewers/", {"keep": ["charlie"], "add": ""})
    assert sent.status_code == 302
    assert names(row) == ["charlie"]


def test_what_waits_for_a_review_is_in_my_work_until_it_is_decided(web, filled, now, alice, bob, charlie):
    def waits(person):
        return "Your review is asked for" in web(person).get("/").content.decode()

    assert not waits(charlie)
    row = submit_for_review(filled, now=now, by=alice)
    assert [waits(person) for person in (alice, bob, charlie)] == [False, True, True]
    approve(row, by=charlie)
    assert [waits(person) for person in (bob, charlie)] == [True, False]
    write(row, "well", "One more thing", by=alice)
    assert waits(charlie)


def test_a_program_names_reviewers_and_reads_how_far_it_is(api, filled, now, alice, bob, charlie):
    url = f"/api/v1/postmortems/{filled.key}/reviewers/"
    assert api(bob).put(url, {"reviewers": ["charlie"]}).status_code == 403
    assert "reviewers" in api(alice).put(url, {"reviewers": ["alice"]}).json()["errors"]
    body = api(alice).put(url, {"reviewers": ["charlie"]}).json()
    assert body["reviewers"] == [
        {"person": {"slug": "charlie", "name": "Charlie"}, "asked_at": None, "decision": None}
    ]
    assert [(rule["need"], rule["is_named"]) for rule in body["rule"]] == [
        ("team:payments", False),
        ("outside", True),
    ]
    submit_for_review(filled, now=now, by=alice)
    sent = {"decision": "approved", "checks": ["impact", "data"]}
    answer = api(bob).post(f"/api/v1/postmortems/{filled.key}/reviews/", sent)
    assert (answer.status_code, answer.json()["checks"]) == (201, ["impact", "data"])
    checks = api(alice).get(url).json()["checks"]
    assert checks[0] == {
        "item": "impact",
        "question": CheckItem.IMPACT.label,
        "by": [{"slug": "bob", "name": "Bob"}],
    }
