"""The signed door for slash commands, and who in a chat is whom here."""

import time
from urllib.parse import urlencode

import pytest
from django.core.exceptions import PermissionDenied

from apps.audit.models import AuditEvent
from apps.chat.models import ChatAccount, Workspace
from apps.chat.operations import (
    add_workspace,
    claim_account,
    confirm_account,
    edit_workspace,
    remove_account,
)
from apps.incidents.models import Incident
from tests.chat.conftest import MATTERMOST, PATH, SECRET, SLACK, signed
from tests.incidents.test_parallel import all_at_once
from tests.security.world import NOW

DECLARE = {**SLACK, "text": "declare Checkout is slow"}


def test_slacks_own_example_verifies():
    """The signature in Slack's documentation, made with its secret over its body."""
    raw = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    found = signed(raw, "8f742231b10e8888abcd99yyyzzz85a5", stamp=1531420618)["x-slack-signature"]
    assert found == "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"


def test_only_this_very_body_signed_now_is_answered(post, slack, link, bob):
    link(slack, bob, SLACK["user_id"])
    raw, now = urlencode(DECLARE).encode(), int(time.time())
    good = signed(raw)
    wrong = [{}, signed(raw, "another"), signed(raw, stamp=now - 360), signed(raw, stamp=now + 360)]
    wrong += [signed(raw + b"x"), {**good, "x-slack-request-timestamp": str(now + 1)}]
    name = "x-slack-signature"
    wrong += [
        {**good, name: value} for value in ("", good[name][3:], good[name][:-1], "v1=" + good[name][3:])
    ]
    wrong += [{**good, "x-slack-request-timestamp": "soon"}, {"authorization": f"Token {SECRET}"}]
    assert [post(raw, headers).status_code for headers in wrong] == [403] * len(wrong)
    assert Incident.objects.count() == 0
    assert post(raw, good).status_code == 200
    assert Incident.objects.count() == 1


def test_a_chat_that_is_switched_off_is_unknown(post, slack, root):
    edit_workspace(slack, changes={"is_enabled": False}, by=root)
    assert post(SLACK).status_code == 403


@pytest.mark.parametrize("verb", ["get", "put", "delete"])
def test_nothing_but_post(verb, api, slack):
    assert getattr(api(), verb)(PATH).status_code == 405


def test_a_signed_body_that_is_no_form_is_refused(post, slack):
    assert post(b'{"text": "help"}', kind="application/json").status_code == 415
    assert post(b"text=help").status_code == 400
    assert post(b"user_id=U1&text=a%00b").status_code == 400
    assert post(b"user_id=U1&text=%ff%fe").status_code == 200
    assert post({**SLACK, "text": "x" * 200_000}).status_code == 403


def test_mattermosts_shape_with_its_token(post, root, link, bob):
    chat = add_workspace(name="Mattermost", kind="mattermost", secret=SECRET, by=root)
    link(chat, bob, MATTERMOST["user_id"])
    form = {**MATTERMOST, "text": "declare Slow [x](http://evil.example) @here"}
    assert post(form, {"authorization": "Token another"}).status_code == 403
    texts = [
        post({**form, "text": text}, {"authorization": f"Token {SECRET}"}).json()["text"]
        for text in ("declare Slow [x](y)", "declare Slow [x](y)")
    ]
    row = Incident.objects.get()
    assert (
        texts
        == [f"Declared [{row.key}](http://testserver/incidents/{row.key}/) Slow \\[x\\]\\(y\\) as SEV3."] * 2
    )


def test_a_stranger_is_told_how_to_become_somebody_and_nothing_is_done(post, slack):
    answer = post(DECLARE)
    assert (answer.status_code, answer.json()["response_type"]) == (200, "ephemeral")
    assert "I do not know yet who you are" in answer.json()["text"]
    assert Incident.objects.count() == 0


def test_a_claim_counts_once_the_person_has_confirmed_it(post, slack, bob, web):
    post({**SLACK, "text": f"link {bob.email}"})
    assert "do not know yet" in post(DECLARE).json()["text"]
    row = ChatAccount.objects.get()
    assert web(bob).post(f"/chat/accounts/{row.uuid}/confirm/").status_code == 302
    assert "Declared" in post(DECLARE).json()["text"]
    assert Incident.objects.get().declared_by == bob
    assert list(AuditEvent.objects.filter(object_type="chataccount").values_list("verb", "door")) == [
        ("chat_account.confirmed", "web"),
        ("chat_account.claimed", "chat"),
    ]


def test_the_chat_does_not_learn_who_has_an_account(post, slack, bob):
    known = post({**SLACK, "text": f"link {bob.email}"}).json()
    unknown = post({**SLACK, "user_id": "U2", "text": "link nobody@example.com"}).json()
    assert known == unknown
    assert ChatAccount.objects.count() == 1


def test_nobody_takes_over_a_link_or_confirms_anothers(slack, link, alice, bob, charlie):
    link(slack, bob, "U1")
    claim_account(slack, chat_user="U1", chat_name="steve", email=alice.email, now=NOW)
    assert ChatAccount.objects.get().person == bob
    claimed = claim_account(slack, chat_user="U2", chat_name="steve", email=alice.email, now=NOW)
    for act in (
        lambda: confirm_account(claimed, by=charlie, now=NOW),
        lambda: remove_account(claimed, by=bob),
    ):
        with pytest.raises(PermissionDenied):
            act()
    claimed.refresh_from_db()
    assert not claimed.is_confirmed


def test_root_does_not_confirm_a_claim_that_was_changed_meanwhile(slack, web, bob, root):
    def claim(person):
        return claim_account(slack, chat_user="U1", chat_name="steve", email=person.email, now=NOW)

    shown = claim(bob)
    assert claim(bob) == shown
    claim(root)
    assert web(root).post(f"/chat/accounts/{shown.uuid}/confirm/").status_code == 404
    assert not ChatAccount.objects.get().is_confirmed


@pytest.mark.django_db(transaction=True)
def test_claims_at_once_are_one_claim_and_each_is_answered(slack, bob):
    answers = all_at_once(
        lambda _n: claim_account(slack, chat_user="U1", chat_name="steve", email=bob.email, now=NOW), 8
    )
    assert answers == [ChatAccount.objects.get()] * 8
    assert AuditEvent.objects.filter(verb="chat_account.claimed").count() == 1


def test_a_link_that_was_taken_away_and_a_person_who_left_are_nobody(post, slack, link, bob):
    row = link(slack, bob, SLACK["user_id"])
    bob.is_active = False
    bob.save()
    assert "do not know yet" in post(DECLARE).json()["text"]
    bob.is_active = True
    bob.save()
    remove_account(row, by=bob)
    assert "do not know yet" in post(DECLARE).json()["text"]


def test_the_secret_is_kept_encrypted_and_shown_nowhere(slack, root, web, api):
    assert SECRET not in str(Workspace.objects.values())
    pages = [
        web(root).get(path).content for path in ("/chat/workspaces/", f"/chat/workspaces/{slack.uuid}/edit/")
    ]
    pages.append(api(root).get("/api/v1/chat-workspaces/").content)
    edit_workspace(slack, changes={"secret": "another secret"}, by=root)
    pages.append(web(root).get("/audit/?format=csv").getvalue())
    assert not any(secret.encode() in page for page in pages for secret in (SECRET, "another secret"))


def test_commands_without_a_mark_of_their_own_are_not_taken_for_one_another(post, root, link, bob):
    chat = add_workspace(name="Mattermost", kind="mattermost", secret=SECRET, by=root)
    link(chat, bob, MATTERMOST["user_id"])
    unmarked = {name: value for name, value in MATTERMOST.items() if name != "trigger_id"}
    for text in ("declare Cards fail", "declare Mails wait", "declare Mails wait"):
        answer = post({**unmarked, "text": text}, {"authorization": f"Token {SECRET}"})
        assert answer.json()["text"].startswith("Declared "), answer.json()
    assert Incident.objects.count() == 3
