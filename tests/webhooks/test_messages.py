"""What is said, and that it stays text in every chat."""

import json
from datetime import date

import pytest
from django.utils import timezone

from apps.action_items.operations import add_action_item
from apps.incidents.operations import declare_incident, post_update
from apps.webhooks.messages import body_of, message_of, quiet
from apps.webhooks.models import Delivery, Format
from apps.webhooks.operations import plan_deliveries
from apps.webhooks.subjects import subject_of
from tests.security.poison import VECTORS

NASTY = "<!here> @channel <@U123> <https://evil.example|bank> [bank](https://evil.example) & *x*"


@pytest.fixture
def said(root, listen, receiver):
    """said(format, act) is the message about the last thing that `act` did."""
    endpoint = listen(receiver)

    def say(kind, act):
        act()
        plan_deliveries(timezone.now())
        delivery = (
            Delivery.objects.select_related("event__actor", "endpoint").filter(endpoint=endpoint).latest("pk")
        )
        subject = subject_of(delivery)
        return json.loads(body_of(kind, message_of(delivery, subject), subject.state))

    return say


@pytest.fixture
def outage(alice, checkout):
    def declare(title="Card payments time out"):
        return declare_incident(title=title, severity=2, services=[checkout], by=alice, now=timezone.now())

    return declare


def test_a_message_holds_what_a_program_needs_and_nobodys_address(said, outage, alice):
    message = said(Format.BALLAST, outage)
    about = message.pop("object")
    assert sorted(message) == ["by", "changes", "id", "occurred_at", "summary", "text", "type"]
    assert message["summary"] == "INC-1 declared: Card payments time out"
    assert message["by"] == {"name": "Alice"}
    assert message["occurred_at"].endswith("Z")
    assert message["changes"]["severity"] == [None, 2]
    assert about["url"] == "http://testserver/incidents/INC-1/"
    assert (about["type"], about["key"], about["status"], about["services"]) == (
        *("incident", "INC-1", "investigating"),
        ["checkout"],
    )
    assert "@ballast.example" not in json.dumps([message, about])


def test_an_action_item_says_when_and_where_it_belongs(said, alice, bob, payments, outage):
    incident = outage()
    given = {
        "done_when": "Seen",
        "owner": bob,
        "team": payments,
        "due_on": date(2030, 1, 7),
        "incident": incident,
    }
    message = said(
        Format.BALLAST,
        lambda: add_action_item(title="Cap retries", commit=True, **given, by=alice, now=timezone.now()),
    )
    about = message["object"]
    assert (about["team"], about["incident"], about["due_on"]) == ("payments", "INC-1", "2030-01-07")
    assert message["summary"] == "ACT-1 committed: Cap retries"
    assert "bob" not in json.dumps(message).lower()  # the owner is nobody's business outside


def test_a_status_update_brings_its_text(said, outage, alice):
    incident = outage()
    update = {"conditions": "Cards fail", "actions": "Rolling back", "by": alice, "now": timezone.now()}
    message = said(Format.SLACK, lambda: post_update(incident, **update))
    assert [block.get("text", {}).get("text") for block in message["blocks"]] == [
        *("INC-1 has a status update: Card payments time out", "Cards fail\nRolling back"),
        None,
    ]


def test_slack_gets_the_shape_of_its_incoming_webhooks(said, outage):
    url = "http://testserver/incidents/INC-1/"
    assert said(Format.SLACK, outage) == {
        "text": f"INC-1 declared: Card payments time out\nSEV2, Investigating, checkout\n{url}",
        "mrkdwn": False,
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "blocks": [
            {
                "type": "section",
                "text": {
                    "type": "plain_text",
                    "text": "INC-1 declared: Card payments time out",
                    "emoji": False,
                },
            },
            {
                "type": "context",
                "elements": [
                    {
                        "type": "mrkdwn",
                        "text": f"SEV2, Investigating, checkout · <{url}|Open in Ballast>",
                        "verbatim": True,
                    }
                ],
            },
        ],
    }


def test_teams_gets_an_adaptive_card(said, outage):
    message = said(Format.TEAMS, outage)
    [attachment] = message["attachments"]
    card = attachment["content"]
    assert (message["type"], attachment["contentType"]) == (
        "message",
        "application/vnd.microsoft.card.adaptive",
    )
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    runs = [run["text"] for block in card["body"] for run in block["inlines"]]
    assert runs == ["INC-1 declared: Card payments time out", "SEV2, Investigating, checkout"]
    assert card["actions"] == [
        {"type": "Action.OpenUrl", "title": "Open in Ballast", "url": "http://testserver/incidents/INC-1/"}
    ]


def test_a_title_calls_nobody_and_hides_no_link_in_slack_and_its_likes(said, outage):
    message = said(Format.SLACK, lambda: outage(NASTY))
    text = message["text"]
    assert "<" not in text.replace("&lt;", "")
    assert "@channel" not in text
    assert "](" not in text
    assert message["blocks"][0]["text"]["type"] == "plain_text"  # in which nothing is read
    assert NASTY in message["blocks"][0]["text"]["text"]
    [context] = message["blocks"][1]["elements"]
    assert context["text"].count("<") == 1  # our own link
    assert "evil" not in context["text"]


def test_a_title_is_a_run_of_plain_text_in_teams(said, outage):
    message = said(Format.TEAMS, lambda: outage(NASTY))
    text = json.dumps(message)
    assert "TextBlock" not in text.replace("RichTextBlock", "")  # a TextBlock reads Markdown
    assert "msteams" not in text  # and without this nobody is mentioned


@pytest.mark.parametrize("vector", VECTORS)
def test_no_markup_survives_in_a_chat(vector):
    safe = quiet(vector)
    assert not set("<>") & set(safe)
    assert "](" not in safe
