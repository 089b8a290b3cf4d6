"""Real worker processes that start at one moment, and die where they are told to.

`python -m tests.faults.crew JSON` sets Django up once and forks each wave of workers in turn; the answer is one exit
code per worker and wave.
"""

import http.client
import json
import os
import signal
import smtplib
import sys
import time
import traceback
from datetime import datetime
from functools import partial

import django

PATIENCE = 30  # seconds


def main(waves):
    django.setup()
    sys.stdout.write(json.dumps([sail(**wave) for wave in waves]))


def sail(now, workers):
    gate, release = os.pipe()
    pids = [fork(worker, gate, release, now) for worker in workers]
    os.close(gate)
    os.close(release)  # everybody reads the end of the pipe at the same moment
    return [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]


def fork(worker, gate, release, now):
    pid = os.fork()
    if pid:
        return pid
    try:
        os.close(release)
        os.read(gate, 1)
        work(worker, datetime.fromisoformat(now))
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def work(worker, now):
    from django.conf import settings  # noqa: PLC0415  (Django is set up by now)

    from apps.notifications.models import OutboxMail  # noqa: PLC0415
    from apps.notifications.operations import claims, deliver_due  # noqa: PLC0415
    from apps.reminders.operations.planning import plan_digests  # noqa: PLC0415
    from tests.notifications.kinds import KINDS  # noqa: PLC0415

    if worker["role"] == "tell":
        tell(worker, now)
        return
    if not worker.get("real_mails"):
        settings.MAIL_KINDS = KINDS
    claims.claim_batch = partial(claims.claim_batch, size=4)  # small, so that workers meet
    claims.BATCH = worker.get("batch", claims.BATCH)  # for more than that there are several connections
    if worker.get("die_at"):
        prepare_death(worker["die_at"], worker.get("hit", 1))
    if worker["role"] in {"plan", "tick"}:
        plan_digests(now)
    if worker["role"] == "plan":
        return
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        deliver_due(now)
        if OutboxMail.objects.filter(status="sent").count() >= worker.get("until_sent", 0):
            return
        time.sleep(0.1)
    raise TimeoutError("not everything was sent in time")


def tell(worker, now):
    """Plan and deliver webhooks, one endpoint at a time so that workers meet and one death is one message."""
    from apps.webhooks.models import Delivery  # noqa: PLC0415
    from apps.webhooks.operations import delivery, planning  # noqa: PLC0415

    delivery.LANES = 1
    if worker.get("die_at"):
        prepare_death(worker["die_at"], worker.get("hit", 1))
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        planning.plan_deliveries(now)
        delivery.deliver_due(now)
        if Delivery.objects.filter(status="delivered").count() >= worker.get("until_sent", 0):
            return
        time.sleep(0.1)
    raise TimeoutError("not everything was delivered in time")


def prepare_death(point, hit):
    from apps.core import outbound  # noqa: PLC0415
    from apps.notifications.operations import claims  # noqa: PLC0415
    from apps.notifications.smtp import SmtpPost  # noqa: PLC0415
    from apps.reminders.operations import planning as planner  # noqa: PLC0415
    from apps.reminders.sources import action_items  # noqa: PLC0415
    from apps.webhooks.operations import claims as lanes  # noqa: PLC0415
    from apps.webhooks.operations import planning  # noqa: PLC0415

    owner, name = {
        "planned": (planning, "_store"),
        "endpoint_claimed": (lanes, "claim_endpoints"),
        "attempt_begun": (lanes, "begin"),
        "request_sent": (http.client.HTTPConnection, "request"),
        "post_answered": (outbound, "post"),
        "end_noted": (lanes, "note_end"),
        "delivered": (lanes, "mark_delivered"),
        "connected": (SmtpPost, "open"),
        "claimed": (claims, "claim_batch"),
        "accepted": (SmtpPost, "offer"),
        "sending": (claims, "mark_sending"),
        "final_dot": (smtplib.SMTP, "send"),
        "answered": (SmtpPost, "data"),
        "marked": (claims, "mark_sent"),
        "digests_queued": (planner, "queue_emails"),
        "ledger_written": (action_items, "write_ledger"),
    }[point]
    done = getattr(owner, name)
    hits = iter(range(1, hit))

    def and_die(*args, **kwargs):
        result = done(*args, **kwargs)
        counts = point != "final_dot" or bytes_of(args[1]).endswith(b"\r\n.\r\n")
        if counts and next(hits, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, and_die)


def bytes_of(text):
    return text if isinstance(text, bytes) else text.encode()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
