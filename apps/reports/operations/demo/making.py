"""Making the demo organisation: one transaction, the same rows for the same seed and moment."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from apps.accounts.models import User
from apps.core.errors import Conflict
from apps.core.models import KeyCounter
from apps.postmortems.operations import rebuild_index
from apps.reports.operations.demo.automations import Automated, cues_of_automations
from apps.reports.operations.demo.budgets import make_budgets_and_surveys
from apps.reports.operations.demo.cast import cues_of_cast
from apps.reports.operations.demo.catalogue import make_catalogue
from apps.reports.operations.demo.commanding import ask_fields
from apps.reports.operations.demo.driving import make_drivers
from apps.reports.operations.demo.history import History
from apps.reports.operations.demo.kept_views import make_kept_views
from apps.reports.operations.demo.listeners import make_listener
from apps.reports.operations.demo.owing import nudge_writers, owe_postmortems
from apps.reports.operations.demo.people import make_people
from apps.reports.operations.demo.promises import Promises
from apps.reports.operations.demo.public_versions import make_public_versions
from apps.reports.operations.demo.readers import make_readers
from apps.reports.operations.demo.reviews import make_reviews
from apps.reports.operations.demo.sizes import Sizes
from apps.reports.operations.demo.sources import make_sources
from apps.reports.operations.demo.stage import Stage
from apps.reports.operations.demo.strangers import make_strangers
from apps.reports.operations.demo.talk import make_talk
from apps.reports.operations.demo.ties import make_ties
from apps.reports.operations.demo.time_file import make_time_file
from apps.reports.operations.demo.timers import make_timers
from apps.reports.operations.demo.toil import compute_weeks, make_toil


class Made(NamedTuple):
    """What there is now."""

    teams: int
    people: int
    services: int
    incidents: int
    postmortems: int
    action_items: int
    toil_entries: int


@transaction.atomic
def make_demo(sizes: Sizes, *, seed: int, now: datetime) -> Made:
    """Fill an empty portal. Refused where people live: nothing here is ever mixed with what is real."""
    if User.objects.people().exists():
        raise Conflict("People live here already. The demo organisation needs an empty database.")
    stage = Stage(now=now.replace(microsecond=0), seed=seed, sizes=sizes)
    make_people(stage)
    make_catalogue(stage)
    ask_fields(stage)
    promises = Promises(stage)
    cues, automated = cues_of_automations(stage, promises)
    History(stage, promises, cues + cues_of_cast(stage, promises)).tell()
    entries = make_toil(stage, automated)
    stage.loader.flush()
    owe_postmortems(stage)
    stage.trail.write(stage.loader)
    compute_weeks(stage)
    KeyCounter.objects.bulk_create(
        KeyCounter(prefix=prefix, value=value) for prefix, value in stage.numbers.items()
    )
    stage.loader.finish()
    _make_less_of_it(stage, automated)
    make_reviews(stage)
    make_readers(stage)
    rebuild_index()
    make_talk(stage)
    make_ties(stage)
    make_listener(stage)
    make_kept_views(stage)
    make_strangers(stage)
    make_public_versions(stage)
    nudge_writers(stage)
    return _count(stage, entries)


def _make_less_of_it(stage: Stage, automated: Automated) -> None:
    """What is known of the toil, and done about it."""
    make_sources(stage, automated)
    make_time_file(stage)
    make_timers(stage)
    make_budgets_and_surveys(stage)
    make_drivers(stage)


def _count(stage: Stage, entries: int) -> Made:
    incidents, postmortems, items = (stage.numbers.get(prefix, 0) for prefix in ("INC", "PM", "ACT"))
    return Made(
        len(stage.squads), len(stage.people), len(stage.works), incidents, postmortems, items, entries
    )
