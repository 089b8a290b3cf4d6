"""What people type in a chat, and what they read there."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.incidents.models import Incident
from apps.incidents.operations import assign_role, declare_incident, grant_access, revoke_access
from tests.factories import make_incident
from tests.security.world import NOW


def test_bob_declares_with_severity_and_service_and_it_is_his(says, bob, checkout):
    text = says(bob, "declare sev2 Checkout is   slow @checkout")
    row = Incident.objects.get()
    assert (row.title, row.severity, row.status) == ("Checkout is slow", 2, "investigating")
    assert (row.declared_by, list(row.services.all())) == (bob, [checkout])
    assert text == f"Declared <http://testserver/incidents/{row.key}/|{row.key}> Checkout is slow as SEV2."
    event = AuditEvent.objects.get(verb="incident.declared")
    assert (event.door, event.actor) == ("chat", bob)


def test_severity_and_service_may_be_left_out(says, charlie):
    says(charlie, "declare Something smells")
    assert list(Incident.objects.values_list("title", "severity")) == [("Something smells", 3)]


def test_the_same_command_twice_declares_once_and_says_the_same(says, bob):
    first, second = (says(bob, "declare Checkout is slow", trigger="13345.7384") for _ in range(2))
    assert first == second
    assert Incident.objects.count() == 1
    assert "other words" in says(bob, "declare Another", trigger="13345.7384")


def test_what_was_done_is_told_again_for_five_minutes_and_what_is_read_follows_the_rights_of_the_moment(
    says, alice, bob, root
):
    row = declare_incident(title="ZEBRA breach", severity=1, is_private=True, by=alice, now=NOW)
    grant = grant_access(
        row, person=bob, ends_at=timezone.now() + timedelta(hours=1), by=alice, now=timezone.now()
    )
    assert "ZEBRA" in says(bob, f"who {row.key}", trigger="1.1")
    said = says(bob, "declare ZEBRA again", trigger="2.2")
    revoke_access(grant, by=alice, now=timezone.now())
    assert says(bob, f"who {row.key}", trigger="1.1") == f"There is no {row.key} that you may see."
    assert says(bob, "declare ZEBRA again", trigger="2.2") == said
    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=False):
        late = says(bob, "declare ZEBRA again", trigger="2.2")
    assert "came before" in late
    assert "ZEBRA" not in late
    assert Incident.objects.count() == 2


def test_an_update_and_the_end_go_through_the_same_rules(says, alice, bob, checkout):
    row = declare_incident(title="Slow", severity=3, services=[checkout], by=alice, now=NOW)
    assert says(bob, f"update {row.key.lower()} Rolling back &amp; watching").startswith("Posted to")
    entry = row.timeline.order_by("-pk").first()
    assert (entry.author, entry.body) == (bob, "Conditions: Rolling back & watching")
    assert says(bob, f"resolve {row.key} The rollback is through").startswith("Resolved")
    row.refresh_from_db()
    assert row.status == "resolved"
    assert "already" in says(bob, f"resolve {row.key}")


def test_who_names_the_roles_and_without_a_key_who_leads(says, alice, bob):
    row = declare_incident(title="Slow", severity=1, commander=alice, by=alice, now=NOW)
    assign_role(row, role="scribe", person=bob, by=bob, now=NOW)
    text = says(bob, f"who {row.key}")
    assert "Commander: Alice" in text
    assert "Scribe: Bob" in text
    assert f"{row.key}> Slow: Alice" in says(bob, "who")


def test_who_may_not_act_here_may_not_act_there(says, alice, charlie, ada, checkout):
    row = declare_incident(title="Slow", severity=3, services=[checkout], by=alice, now=NOW)
    assert says(charlie, f"resolve {row.key}") == "Only responders move an incident. Take a role first."
    assert "Auditors" in says(ada, "declare Something")
    row.refresh_from_db()
    assert (row.status, Incident.objects.count()) == ("investigating", 1)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("declare", "Say what is wrong"),
        ("declare sev2", "Say what is wrong"),
        ("declare Slow @nothing", "There is no service nothing"),
        ("declare " + "x" * 300, "200"),
        ("update", "Name the incident"),
        ("update INC-999 x", "There is no INC-999 that you may see."),
        ("update INC-99999999999999999999 x", "There is no INC-999999999 that"),
        ("resolve", "Name the incident"),
        ("who ' OR 1=1 --", "Name the incident"),
        ("dance", "There is no “dance” here."),
        ("", "What can be done from here"),
        ("HELP", "What can be done from here"),
    ],
)
def test_what_is_not_understood_is_said_kindly_and_does_nothing(typed, read, says, bob):
    assert read in says(bob, typed)
    assert Incident.objects.count() == 0


def test_a_private_incident_is_never_named_to_a_stranger(says, alice, bob, root):
    row = declare_incident(title="ZEBRA breach", severity=1, is_private=True, by=alice, now=NOW)
    typed = ["who", f"who {row.key}", f"update {row.key} hello", f"resolve {row.key} done", "who INC-998"]
    texts = [says(bob, text) for text in typed]
    assert "ZEBRA" not in " ".join(texts)
    assert texts[0] == "Nothing is open."
    assert texts[1].replace(row.key, "INC-998") == texts[4]
    assert "ZEBRA" in says(alice, f"who {row.key}")


def test_what_root_reads_of_a_private_incident_in_a_chat_is_on_record(says, alice, root):
    row = declare_incident(title="ZEBRA breach", severity=1, is_private=True, by=alice, now=NOW)
    for person in (alice, root, root):
        assert "ZEBRA" in says(person, f"who {row.key}")
    readings = AuditEvent.objects.filter(verb="incident.private_read")
    assert list(readings.values_list("actor", "object_key")) == [(root.pk, row.key)]


def test_T105_titles_are_no_mentions_links_or_formats(says, bob):
    make_incident(title="<!channel> <@U1> <https://evil.example|Bank> `x` *y* & z" + "w" * 100)
    text = says(bob, "who")
    assert "&lt;!channel&gt; &lt;@U1&gt; &lt;https://evil.example|Bank&gt;" in text
    assert text.count("<") == 1  # our own link


def test_an_answer_is_cut(says, bob):
    for n in range(30):
        make_incident(title=f"{n} " + "&" * 190)
    assert len(says(bob, "who")) <= 3000
