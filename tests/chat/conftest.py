import hashlib
import hmac
import time
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from apps.chat.operations import add_account, add_workspace

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
PATH = "/api/v1/chat/commands/"
# As Slack's documentation shows a slash command.
SLACK = {
    "token": "gIkuvaNzQIHg97ATvDxqgjtO",
    "team_id": "T0001",
    "team_domain": "example",
    "channel_id": "C2147483705",
    "channel_name": "test",
    "user_id": "U2147483697",
    "user_name": "Steve",
    "command": "/incident",
    "text": "help",
    "response_url": "https://hooks.slack.com/commands/1234/5678",
    "trigger_id": "13345224609.738474920.8088930838d88f008e0",
    "api_app_id": "A123456",
}
# As Mattermost's does.
MATTERMOST = {
    "channel_id": "jf3ocdfpbpgebd7oyq8udbx9zy",
    "channel_name": "town-square",
    "command": "/incident",
    "response_url": "http://localhost:8065/hooks/commands/ahq84q6nepr5peddgyc5rh7oqw",
    "team_domain": "acme",
    "team_id": "rdc9bgriktyx9p4kowh3dmgqyc",
    "text": "help",
    "token": SECRET,
    "trigger_id": "c3NvNHM0ZGdlN2RtN2RyNGZ6b3BtdHJvdG86",
    "user_id": "c3a4cqe3dfy6dgopqt8ai3hydh",
    "user_name": "steve",
}


def signed(raw, secret=SECRET, *, stamp=None):
    stamp = str(int(time.time()) if stamp is None else stamp)
    digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + raw, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}


@pytest.fixture
def slack(root):
    return add_workspace(name="Slack of Acme", kind="slack", secret=SECRET, by=root)


@pytest.fixture
def post(api):
    def send(form, headers=None, *, kind="application/x-www-form-urlencoded"):
        raw = form if isinstance(form, bytes) else urlencode(form).encode()
        sent = signed(raw) if headers is None else headers
        return api().generic("POST", PATH, raw, content_type=kind, headers=sent)

    return send


@pytest.fixture
def link(root):
    def to(workspace, person, chat_user):
        return add_account(
            workspace=workspace, chat_user=chat_user, person=person, by=root, now=datetime.now(UTC)
        )

    return to


@pytest.fixture
def says(post, slack, link):
    """says(bob, "who") is what bob reads after typing /incident who."""
    count = iter(range(10_000))
    known = {}

    def type_in(person, text, *, trigger=None):
        if person.pk not in known:
            known[person.pk] = link(slack, person, f"U{person.pk}").chat_user
        form = {**SLACK, "user_id": known[person.pk], "text": text}
        answer = post({**form, "trigger_id": trigger or f"trigger-{next(count)}"})
        assert answer.status_code == 200
        assert answer.json()["response_type"] == "ephemeral"
        return answer.json()["text"]

    return type_in
