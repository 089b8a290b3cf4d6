"""Send what is due. Threads only speak HTTP; every statement runs in the thread that was called.

One message at a time for each endpoint, several endpoints side by side: one that is slow or dead holds up nobody
but itself.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

import structlog
from django.db import InterfaceError, OperationalError

from apps.accounts.models import User
from apps.core import outbound
from apps.webhooks.messages import body_of, message_of
from apps.webhooks.models import Attempt, Delivery, Endpoint
from apps.webhooks.operations import claims
from apps.webhooks.operations.endpoints import switch_off
from apps.webhooks.signing import signed_headers
from apps.webhooks.subjects import subject_of

log = structlog.get_logger("ballast.webhooks")
LANES = 8
LONGEST = timedelta(seconds=20)  # then the next tick goes on
AGENT = "Ballast-Webhooks/1"
NOTHING = timedelta()
ASKS_TO_WAIT = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
PRIVATE_NOW = "It became private before it was sent, or is gone."
GONE = "The receiver said that it is gone for good (410)."


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one POST came to: an answer, a refusal of our own, or a reason why there is none."""

    took_ms: int
    answer: outbound.Answer | None = None
    refused: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Flight:
    endpoint: Endpoint
    attempt: Attempt


def deliver_due(now: datetime) -> Counter[str]:
    """Send everything that is due, as long as there is time; how many deliveries ended how."""
    claims.give_up_what_is_late(now)
    with ThreadPoolExecutor(LANES, thread_name_prefix="webhook") as crew:
        return _Round(crew, now).run()


class _Round:
    def __init__(self, crew: ThreadPoolExecutor, now: datetime) -> None:
        self._crew, self._now, self._started = crew, now, time.monotonic()
        self._flying: dict[Future[Outcome], Flight] = {}
        self._counted: Counter[str] = Counter()
        self._lost: Exception | None = None

    def clock(self) -> datetime:
        """The time that was given, going on: leases of a long round must not begin in its past."""
        return self._now + timedelta(seconds=time.monotonic() - self._started)

    def run(self) -> Counter[str]:
        """Whatever goes wrong with one flight, the others are settled. Raises in the end when the database was away."""
        while True:
            with self._care():
                self._take_on()
            if not self._flying:
                break
            for future in wait(self._flying, return_when=FIRST_COMPLETED).done:
                with self._care():
                    self._land(self._flying.pop(future), future.result())
        if self._lost:
            raise self._lost
        return self._counted

    def _take_on(self) -> None:
        free = LANES - len(self._flying)
        for endpoint in claims.claim_endpoints(self.clock(), free) if free and self._has_time() else ():
            with self._care():
                self._send_next(endpoint)

    def _land(self, flight: Flight, outcome: Outcome) -> None:
        """What cannot be settled stays `sending`, and its endpoint ours: sent again once the lease has lapsed."""
        self._counted[_settle(flight.attempt, outcome, self.clock())] += 1
        self._send_next(flight.endpoint)

    @contextmanager
    def _care(self) -> Iterator[None]:
        try:
            yield
        except (OperationalError, InterfaceError) as error:
            self._lost = error  # nothing more takes off, but what is in the air still lands
        except Exception:
            log.exception("webhook round stumbled")

    def _has_time(self) -> bool:
        return self._lost is None and self.clock() < self._now + LONGEST

    def _send_next(self, endpoint: Endpoint) -> None:
        """The endpoint's next delivery takes off, or the endpoint is free for others."""
        while self._has_time():
            current = claims.still_ours(endpoint, self.clock())
            delivery = claims.next_due(current, self.clock()) if current else None
            if delivery is None:
                break
            if self._take_off(delivery):
                return
        claims.release(endpoint)

    def _take_off(self, delivery: Delivery) -> bool:
        """False when there was nothing to send after all."""
        endpoint = delivery.endpoint
        try:
            written = _write(delivery, self.clock())
        except (OperationalError, InterfaceError):
            raise  # the database is away: the delivery is not to blame
        except Exception as error:  # one message that cannot be written must not stop the others
            log.exception("webhook cannot be written", type=delivery.type)
            return self._drop(delivery, f"Could not be written: {type(error).__name__}.")
        if written is None:
            return self._drop(delivery, PRIVATE_NOW)
        attempt = claims.begin(delivery, self.clock())
        if attempt is None:
            return False
        future = self._crew.submit(_post, endpoint.url, *written)
        self._flying[future] = Flight(endpoint, attempt)
        return True

    def _drop(self, delivery: Delivery, reason: str) -> bool:
        self._counted[claims.suppress(delivery, reason)] += 1
        return False


def _write(delivery: Delivery, now: datetime) -> tuple[bytes, dict[str, str]] | None:
    """Body and headers; None when it is not to be sent any more."""
    subject = subject_of(delivery)
    if subject is None:
        return None
    endpoint = delivery.endpoint
    body = body_of(endpoint.format, message_of(delivery, subject), subject.state)
    signature = signed_headers(endpoint.keys(now), str(delivery.uuid), now, body)
    return body, {"Content-Type": "application/json", "User-Agent": AGENT, **signature}


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
    """In a thread of its own."""
    started = time.monotonic()

    def ended(**how: object) -> Outcome:
        return Outcome(int((time.monotonic() - started) * 1000), **how)  # type: ignore[arg-type]

    try:
        return ended(answer=outbound.post(url, body, headers))
    except outbound.Refused as refusal:
        return ended(refused=str(refusal))
    except outbound.NoAnswer as silence:
        return ended(trouble=f"No answer: {silence}.")
    except Exception as error:  # ours, not the receiver's: told in the log, and tried again
        log.exception("webhook cannot be sent")
        return ended(trouble=f"Could not be sent: {type(error).__name__}.")


def _settle(attempt: Attempt, outcome: Outcome, now: datetime) -> str:
    status = outcome.answer.status if outcome.answer else None
    reason = outcome.refused or outcome.trouble or _reason(status)
    claims.note_end(attempt, took_ms=outcome.took_ms, status_code=status, error=reason)
    if not reason:
        return claims.mark_delivered(attempt, now)
    endpoint = attempt.delivery.endpoint
    log.warning("webhook not delivered", endpoint=str(endpoint.uuid), reason=reason)
    return _after_failure(attempt, outcome, reason, now)


def _reason(status: int | None) -> str:
    """Nothing when it was taken."""
    if status is None or HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return ""
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return f"Answered {status}, a redirect: they are not followed. Enter the final address."
    return f"Answered {status}."


def _after_failure(attempt: Attempt, outcome: Outcome, reason: str, now: datetime) -> str:
    endpoint = attempt.delivery.endpoint
    if outcome.refused:
        return claims.give_up(attempt, reason)
    if outcome.answer and outcome.answer.status == HTTPStatus.GONE:
        switch_off(endpoint, reason=GONE, by=User.objects.system())
        return claims.give_up(attempt, reason)
    asked = asked_to_wait(outcome.answer, now)
    claims.note_failure(endpoint, now, wait=asked)
    return claims.postpone(attempt, reason, now, wait=asked)


def asked_to_wait(answer: outbound.Answer | None, now: datetime) -> timedelta:
    """Retry-After, where it has a meaning (429 and 503)."""
    if answer is None or answer.status not in ASKS_TO_WAIT:
        return NOTHING
    return outbound.wait_asked(answer.retry_after, now)
