from datetime import UTC, datetime, time

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.accounts.models import ApiToken, User
from apps.accounts.operations import (
    add_person,
    deactivate_person,
    edit_person,
    edit_profile,
    invite_person,
    reactivate_person,
)
from apps.audit.models import AuditEvent
from apps.core.errors import Conflict
from apps.notifications.models import OutboxMail
from tests.factories import make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)


def test_a_new_person_has_no_password_and_gets_a_mail_to_choose_one(root):
    dana = add_person(email=" Dana@Ballast.Example ", name="Dana Roe", by=root, now=NOW)
    assert (dana.email, dana.slug) == ("dana@ballast.example", "dana-roe")
    assert not dana.has_usable_password()
    mail = OutboxMail.objects.get(recipient=dana)
    assert mail.kind == "password_reset"
    assert (mail.expires_at - NOW).total_seconds() == 3600
    event = AuditEvent.objects.get(verb="user.added")
    assert event.changes["email"] == [None, "dana@ballast.example"]
    assert "password" not in event.changes


def test_two_people_of_one_name_get_two_addresses(root):
    slugs = [add_person(email=f"{n}@x.example", name="Dana Roe", by=root, now=NOW).slug for n in range(3)]
    assert slugs == ["dana-roe", "dana-roe-2", "dana-roe-3"]


def test_nobody_is_called_like_an_address_of_the_portal(root):
    assert add_person(email="n@x.example", name="New", by=root, now=NOW).slug == "new-2"


def test_the_longest_name_still_fits_wherever_it_is_written(root):
    dana = add_person(email="d@x.example", name="Dana " * 24, by=root, now=NOW)
    assert len(dana.slug) <= 40


@pytest.mark.parametrize("email", ["ALICE@ballast.example", "alice@ballast.example"])
def test_one_address_is_one_person_in_whatever_case(root, alice, email):
    with pytest.raises(ValidationError):
        add_person(email=email, name="Alice again", by=root, now=NOW)


def test_only_admins_add_people(alice, ada):
    for user in (alice, ada):
        with pytest.raises(PermissionDenied):
            add_person(email="d@x.example", name="D", by=user, now=NOW)
    assert not User.objects.filter(email="d@x.example").exists()


def test_people_set_their_own_name_zone_and_digest_time_and_nothing_else(alice):
    wanted = {"time_zone": "Europe/Berlin", "digest_at": time(8), "org_role": "admin", "email": "x@x.example"}
    changed = edit_profile(alice, changes=wanted, by=alice)
    assert (changed.time_zone, changed.digest_at) == ("Europe/Berlin", time(8))
    assert (changed.org_role, changed.email) == ("member", "alice@ballast.example")
    assert AuditEvent.objects.get(verb="user.edited").changes["time_zone"] == ["UTC", "Europe/Berlin"]


def test_a_zone_that_does_not_exist_is_refused(alice):
    with pytest.raises(ValidationError) as refusal:
        edit_profile(alice, changes={"time_zone": "Europe/Atlantis"}, by=alice)
    assert "time_zone" in refusal.value.message_dict


def test_nobody_edits_somebody_elses_profile(alice, bob):
    with pytest.raises(PermissionDenied):
        edit_profile(bob, changes={"name": "Robert"}, by=alice)


def test_nobody_makes_themselves_an_admin(alice):
    with pytest.raises(PermissionDenied):
        edit_person(alice, changes={"org_role": "admin"}, by=alice)
    alice.refresh_from_db()
    assert alice.org_role == "member"


@pytest.mark.parametrize("role", ["member", "auditor"])
def test_the_last_admin_keeps_the_role(root, role):
    with pytest.raises(Conflict, match="last admin"):
        edit_person(root, changes={"org_role": role}, by=root)
    with pytest.raises(Conflict, match="last admin"):
        deactivate_person(root, by=root, now=NOW)


def test_an_admin_does_not_demote_or_deactivate_themselves(root):
    make_user("second", org_role="admin")
    with pytest.raises(Conflict, match="Ask another admin"):
        edit_person(root, changes={"org_role": "member"}, by=root)
    with pytest.raises(Conflict, match="Ask another admin"):
        deactivate_person(root, by=root, now=NOW)


def test_of_two_admins_who_demote_each_other_one_remains(root):
    second = make_user("second", org_role="admin")
    stale_root, stale_second = User.objects.get(pk=root.pk), User.objects.get(pk=second.pk)
    edit_person(stale_second, changes={"org_role": "member"}, by=stale_root)
    with pytest.raises(Conflict):
        edit_person(stale_root, changes={"org_role": "member"}, by=stale_second)
    assert list(User.objects.admins()) == [root]


def test_deactivation_revokes_tokens_and_says_so_in_the_trail(root, bob):
    token = ApiToken.objects.create(user=bob, name="t", prefix="blst_x", digest="d")
    deactivate_person(bob, by=root, now=NOW)
    token.refresh_from_db()
    assert token.revoked_at == NOW
    assert AuditEvent.objects.get(verb="user.deactivated").changes == {"is_active": [True, False]}
    deactivate_person(bob, by=root, now=NOW)
    assert AuditEvent.objects.filter(verb="user.deactivated").count() == 1
    reactivate_person(bob, by=root)
    token.refresh_from_db()
    assert token.revoked_at == NOW


def test_somebody_deactivated_is_not_invited(root, bob):
    deactivate_person(bob, by=root, now=NOW)
    with pytest.raises(Conflict):
        invite_person(bob, by=root, now=NOW)
    assert not OutboxMail.objects.filter(recipient=bob).exists()


def test_inviting_twice_in_a_minute_sends_one_mail(root, bob):
    invite_person(bob, by=root, now=NOW)
    invite_person(bob, by=root, now=NOW)
    assert OutboxMail.objects.filter(recipient=bob).count() == 1
