"""What the address for senders takes and refuses. Shapes are as the senders document them; see recorded.py."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from apps.core.sealed import seal
from apps.core.throttles import StrangerThrottle
from apps.intake.api.throttles import IntakeThrottle
from apps.intake.models import Delivery, Integration, Volume
from apps.intake.operations import rotate_key, switch_integration
from tests.intake import recorded
from tests.intake.conftest import firing, make_integration

SECRET = "a secret that both sides keep"


@pytest.fixture
def post(api):
    def to(row, body, *, key=None, kind="application/json", **headers):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return api().generic(
            "POST", f"/api/v1/intake/{key or row.key}/", raw, content_type=kind, headers=headers
        )

    return to


@pytest.fixture
def sender(root, payments):
    return lambda kind, **kw: make_integration(root, payments, kind=kind, name=kind.title(), **kw)


def rows():
    return Delivery.objects.count()


def test_a_delivery_is_written_down_as_it_came_and_answered_202(post, integration):
    raw = json.dumps(firing(), indent=3).encode()
    answer = post(integration, raw)
    row = Delivery.objects.get()
    assert (answer.status_code, answer.json()) == (202, {"delivery": str(row.uuid), "is_new": True})
    assert row.body.encode() == raw
    assert (row.status, row.is_firing, row.title) == ("received", True, "Error rate of checkout is high")
    assert post(integration, raw).json() == {"delivery": str(row.uuid), "is_new": False}
    row.refresh_from_db()
    assert row.repeats == 1


def test_an_unknown_key_is_404_and_tells_nothing(post, integration, api):
    switch = make_key_of_nobody(integration.key)
    answers = [
        post(integration, firing(), key=key)
        for key in (switch, "x", "blin_0000000000_x", "é", "a b", "%7F%01")
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.json()["detail"] for answer in answers}) == 1
    assert rows() == 0


def make_key_of_nobody(key):
    return key[:-1] + ("a" if key[-1] != "a" else "b")


def test_a_disabled_integration_is_as_unknown_as_any(post, integration, root):
    switch_integration(integration, is_enabled=False, by=root)
    assert post(integration, firing()).status_code == 404
    assert rows() == 0


def test_T89_after_a_rotation_both_keys_count_during_the_overlap_and_then_the_new_one_alone(
    post, integration, root
):
    now = timezone.now()
    _, new = rotate_key(integration, overlap=timedelta(hours=1), by=root, now=now)
    assert [post(integration, firing(), key=key).status_code for key in (integration.key, new)] == [202, 202]
    _, newest = rotate_key(integration, by=root, now=now)
    found = [post(integration, firing(), key=key).status_code for key in (integration.key, new, newest)]
    assert found == [404, 404, 202]


@pytest.mark.parametrize("kind", ["pagerduty", "sentry"])
def test_who_signs_is_not_believed_before_the_secret_is_here(kind, post, sender):
    assert post(sender(kind), recorded.BODIES[kind]).status_code == 403
    assert rows() == 0


@pytest.mark.parametrize("kind", recorded.KINDS)
def test_T89_only_this_very_body_signed_with_this_secret_is_taken(kind, post, sender):
    row = sender(kind, secret=SECRET)
    raw = json.dumps(recorded.BODIES[kind]).encode()
    good = recorded.signed(kind, raw, SECRET)
    wrong = [recorded.signed(kind, raw, "another secret"), {}]
    name = recorded.SIGNATURE[kind]
    wrong += [{**good, name: value} for value in ("", "md5=1", good[name][:-1], good[name] + "0", "é")]
    if kind not in ("alertmanager", "sentry", "grafana"):
        wrong.append({**good, name: good[name].removeprefix("v1=")})
    assert [post(row, raw, **headers).status_code for headers in wrong] == [403] * len(wrong)
    if kind != "alertmanager":  # which sends its secret and signs nothing
        assert post(row, raw + b" ", **good).status_code == 403
    assert rows() == 0
    assert post(row, raw, **good).status_code == 202
    assert (post(row, raw, **good).status_code, rows()) == (202, 1)  # a replay is no second delivery


@pytest.mark.parametrize("kind", ["grafana", "sentry", "generic"])
@pytest.mark.parametrize("minutes", [-6, 6])
def test_T89_a_time_stamp_six_minutes_off_is_refused(kind, minutes, post, sender):
    row, raw = sender(kind, secret=SECRET), json.dumps(recorded.BODIES[kind]).encode()
    stamp = int(timezone.now().timestamp()) + 60 * minutes
    assert post(row, raw, **recorded.signed(kind, raw, SECRET, stamp=stamp)).status_code == 403
    assert post(row, raw, **recorded.signed(kind, raw, SECRET, stamp="soon")).status_code == 403
    assert rows() == 0


def test_pagerduty_may_sign_with_an_old_and_a_new_secret_at_once(post, sender):
    row, raw = sender("pagerduty", secret=SECRET), json.dumps(recorded.PAGERDUTY).encode()
    ours = recorded.signed("pagerduty", raw, SECRET)["x-pagerduty-signature"]
    other = recorded.signed("pagerduty", raw, "older")["x-pagerduty-signature"]
    assert post(row, raw, **{"x-pagerduty-signature": f"{other},{ours}"}).status_code == 202


def test_a_secret_that_can_no_longer_be_read_opens_nothing(post, sender, settings):
    row = sender("generic", secret=SECRET)
    kept, settings.SECRET_KEY = settings.SECRET_KEY, "another key of the portal " * 3
    sealed = seal(SECRET)
    settings.SECRET_KEY = kept
    Integration.objects.filter(pk=row.pk).update(sealed_secret=sealed)
    raw = json.dumps(recorded.GENERIC).encode()
    assert post(row, raw, **recorded.signed("generic", raw, SECRET)).status_code == 403
    assert post(row, raw).status_code == 403
    assert SECRET not in str(Integration.objects.values())


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[]",
        b'"x"',
        b"{",
        b"\xff\xfe",
        b'{"a": NaN}',
        b'{"a": 1, "a": 2}',
        b'{"a": "\\u0000"}',
        b"[" * 70 + b"]" * 70,
    ],
)
def test_T91_what_is_no_json_object_is_refused(raw, post, integration):
    answer = post(integration, raw)
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    assert rows() == 0


def test_T91_only_json_up_to_a_megabyte_is_taken(post, integration):
    assert post(integration, firing(), kind="text/plain").status_code == 415
    assert post(integration, {**firing(), "more": "x" * 1_000_000}).status_code == 413
    assert rows() == 0
    assert post(integration, {**firing(), "more": "x" * 900_000}).status_code == 202


@pytest.mark.parametrize("verb", ["get", "put", "patch", "delete"])
def test_T89_nothing_but_post(verb, integration, api):
    assert getattr(api(), verb)(f"/api/v1/intake/{integration.key}/").status_code == 405


def test_a_program_is_told_which_field_is_wrong_and_whether_something_new_began(post, sender):
    row = sender("generic")
    assert post(row, {"summary": "Full"}).json()["errors"] == {"dedup": ["This field is required."]}
    assert post(row, {"dedup": "a"}).json()["errors"] == {"summary": ["Say what is wrong."]}
    assert "severity" in post(row, {"dedup": "a", "summary": "b", "severity": 1}).json()["errors"]
    trigger, resolve = {"dedup": "a", "summary": "Full"}, {"dedup": "a", "action": "resolve"}
    sent = [trigger, trigger, {**trigger, "summary": "Fuller"}, resolve, resolve, trigger]
    assert [post(row, body).json()["is_new"] for body in sent] == [True, False, False, False, False, True]
    assert rows() == 4


def test_T90_one_flooded_key_leaves_the_others_alone(post, sender, monkeypatch):
    monkeypatch.setattr(IntakeThrottle, "rate", "3/min", raising=False)
    one, other = sender("alertmanager"), sender("grafana")
    found = [post(one, firing(key=f"k{n}")).status_code for n in range(5)]
    assert found == [202, 202, 202, 429, 429]
    assert int(post(one, firing()).headers["Retry-After"]) <= 61
    assert post(other, firing()).status_code == 202


def test_who_knows_the_shown_part_of_a_key_alone_cannot_block_its_sender(
    post, integration, sender, monkeypatch
):
    monkeypatch.setattr(IntakeThrottle, "rate", "3/min", raising=False)
    guess = integration.key_prefix + "_a-guess"
    assert [post(integration, firing(), key=guess).status_code for _ in range(5)] == [404] * 5
    assert post(integration, firing()).status_code == 202
    signing = sender("generic", secret=SECRET)
    raw = json.dumps(recorded.GENERIC).encode()
    assert [post(signing, raw).status_code for _ in range(5)] == [403] * 5
    assert post(signing, raw, **recorded.signed("generic", raw, SECRET)).status_code == 202


def test_a_key_stores_so_much_a_day_and_then_says_until_when_it_takes_no_more(
    post, integration, sender, settings, web, root
):
    settings.INTAKE_DAILY_MB = 1
    long = {**firing(), "more": "x" * 600_000}
    with time_machine.travel(datetime(2026, 3, 12, 23, 0, tzinfo=UTC), tick=False):
        assert [post(integration, long).status_code for _ in range(3)] == [202] * 3  # the same, kept once
        refused = post(integration, {**long, "version": "5"})
        assert (refused.status_code, int(refused.headers["Retry-After"])) == (429, 3602)
        assert "1 MB of today" in refused.json()["detail"]
        assert post(integration, firing(key="short")).status_code == 202
        assert post(sender("grafana"), firing()).status_code == 202
        page = web(root).get(integration.get_absolute_url()).content.decode()
    assert "1 delivery was refused today" in page
    with time_machine.travel(datetime(2026, 3, 13, 0, 1, tzinfo=UTC), tick=False):
        assert post(integration, {**long, "version": "5"}).status_code == 202
    assert list(Volume.objects.filter(integration=integration).values_list("refused", flat=True)) == [0, 1]


def test_guessing_keys_is_slowed_down(post, integration, monkeypatch):
    monkeypatch.setattr(StrangerThrottle, "rate", "3/min", raising=False)
    found = [post(integration, {}, key=f"blin_{n:010}_x").status_code for n in range(5)]
    assert found == [404, 404, 404, 429, 429]


def test_no_log_keeps_a_key(post, integration, caplog):
    with caplog.at_level("INFO"):
        post(integration, firing())
    logged = " ".join(str(record.msg) for record in caplog.records)
    assert integration.key_prefix in logged
    assert integration.key not in logged
