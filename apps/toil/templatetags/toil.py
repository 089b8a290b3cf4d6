"""`{% load toil %}`: shares against their cap, in words and as meters."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.safestring import SafeString

from apps.core.charts import meter
from apps.core.prepared import PreparedObjects
from apps.core.templatetags.times import NO_CAPACITY, half_up, hours, pct
from apps.toil.figures import sums_of
from apps.toil.lines.durations import spell_duration
from apps.toil.lines.forms import QuickForm
from apps.toil.models import Recurring, Reduction, Timer, ToilEntry, WorkKind
from apps.toil.number import Number, Verdict
from apps.toil.percent import DEFAULT_CAP, Share
from apps.toil.reductions.effect import Effect
from apps.toil.reductions.weighing import Result
from apps.toil.sources.checks import Suggestion
from apps.toil.timers.overrun import offered_seconds, reviewed_from

register = template.Library()


@register.filter
def shown(share: Share, cap: Decimal = DEFAULT_CAP) -> str:
    """43.2%, or no capacity."""
    return share.shown(cap)


@register.filter
def is_over(share: Share, cap: Decimal = DEFAULT_CAP) -> bool:
    return share.is_over(cap)


@register.filter
def capacity_seconds(share: Share) -> int:
    return int(share.capacity_minutes * 60)


@register.simple_tag
def share_meter(
    share: Share, cap: Decimal, what: str, size: str = "thin", *, plain: bool = False
) -> SafeString:
    """A share with its cap drawn in. `plain` leaves the colour away: teams are not judged beside each other."""
    label = f"{what}: {share.shown(cap)}; the cap is {pct(cap)}"
    tone = "tone-danger" if share.is_over(cap) and not plain else ""
    drawn = None if share.exact is None else float(share.exact)
    return meter(drawn, label=label, cap=cap, size=size, tone=tone)


@register.simple_tag
def verdict(number: Number, cap: Decimal) -> str:
    """What can be said about the cap, and why no more than that."""
    words = {
        Verdict.BREACH: f"Over the {pct(cap)} cap: what is logged is enough to say so, whatever is still missing.",
        Verdict.LIKELY: f"Probably over the {pct(cap)} cap: {number.reported.shown(cap)} of the time of those who "
        f"confirmed their weeks, and they are {pct(number.coverage)} of the capacity.",
        Verdict.POSSIBLE: f"Whether the {pct(cap)} cap is kept is open: it depends on the "
        f"{hours(in_seconds(number.unconfirmed_minutes))} that nobody confirmed.",
        Verdict.WITHIN: f"Within the {pct(cap)} cap, even if all the time that nobody confirmed was toil."
        if number.unconfirmed_minutes
        else f"Within the {pct(cap)} cap: everybody confirmed.",
        Verdict.NO_CAPACITY: "",
    }
    return words[number.verdict(cap)]


@register.filter
def verdict_name(verdict: Suggestion) -> str:
    names = {Suggestion.TOIL: "Toil", Suggestion.REVIEW: "Borderline", Suggestion.NOT_TOIL: "Not toil"}
    return names[verdict]


@register.filter
def in_seconds(minutes: Decimal) -> int:
    return int(minutes * 60)


@register.simple_tag
def range_meter(
    number: Number, cap: Decimal, what: str, size: str = "", *, plain: bool = False
) -> SafeString:
    """From at least to at most, with the cap drawn in. `plain` leaves the colour away, as above."""
    label = f"{what}: at least {number.floor.shown(cap)}, at most {number.ceiling.shown(cap)}; the cap is {pct(cap)}"
    tone = "tone-danger" if number.floor.is_over(cap) and not plain else ""
    low, high = (
        None if share.exact is None else float(share.exact) for share in (number.floor, number.ceiling)
    )
    return meter(low, label=label, cap=cap, size=size, tone=tone, upto=high)


@register.filter
def signed_points(value: Decimal | None) -> str:
    """+2.5 pp, −0.4 pp, ±0 pp."""
    if value is None:
        return "no capacity"
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    return f"{sign}{abs(value).normalize():f} pp"


@register.filter
def points(value: Decimal) -> str:
    """7.4 points; the direction is said beside it."""
    number = f"{abs(value):f}".rstrip("0").rstrip(".") if value % 1 else f"{abs(value):.0f}"
    return f"{number} point" if number == "1" else f"{number} points"


@register.filter
def of(results: dict[int, Result], row: Reduction) -> Result | None:
    return results.get(row.pk)


@register.simple_tag
def next_of(row: Recurring, today: date) -> date | None:
    return row.next_on(today)


@register.filter
def minutes(seconds: int) -> str:
    """120 min, however many."""
    return f"{half_up(Fraction(seconds, 60), 0)} min"


@register.filter
def kind_label(kind: str) -> str:
    return str(WorkKind(kind).label)


@register.filter
def effect_name(effect: Effect) -> str:
    return EFFECT_NAMES[effect][0]


@register.filter
def effect_tone(effect: Effect) -> str:
    return EFFECT_NAMES[effect][1]


@register.filter
def in_minutes(value: Fraction | None) -> str:
    """52 min or 13.5 h: hours of work have no days of 24. A minus where there is more of it."""
    if value is None:
        return "–"
    amount = abs(value)
    said = f"{round(amount)} min" if amount < 60 else hours(float(amount) * 60)
    return f"{'−' if value < 0 else ''}{said}"


@register.filter
def as_pct(share: Fraction | None, empty: str = NO_CAPACITY) -> str:
    """Of a share of 0 to 1."""
    return pct(None if share is None else 100 * share, empty)


@register.filter
def in_weeks(value: Fraction | None) -> str:
    return "Never" if value is None else f"{half_up(value)} weeks"


RUNNING = PreparedObjects(lambda person: Timer.objects.filter(person=person), joined=["team"])


@register.inclusion_tag("toil/_timer.html", takes_context=True)
def timer_bar(context: Context) -> dict[str, Any]:
    """The reader's running timer; one query when none runs."""
    request = context["request"]
    timer = next(iter(RUNNING.objects(request.user.pk)), None) if request.user.may_write else None
    if timer is None:
        return {}
    timer.person = request.user
    now = timezone.now()
    return {
        "timer": timer,
        "seconds": timer.runs_for(now),
        "needs_review": now > reviewed_from(timer.person, timer.started_at, timer.zone),
        "csrf_token": context["csrf_token"],
    }


@register.inclusion_tag("toil/_quick_form.html", takes_context=True)
def quick_form(context: Context) -> dict[str, Any]:
    """The quick line, empty. No query."""
    user = context["request"].user
    form = QuickForm(user=user, zone=user.zone, now=timezone.now())
    return {"form": form, "once": form.once, "csrf_token": context["csrf_token"]}


@register.filter
def offered(entry: ToilEntry) -> int:
    """Of what ran too long: what may be counted of it."""
    return offered_seconds(entry)


@register.filter
def spelled(seconds: int) -> str:
    return spell_duration(seconds)


@register.filter
def chip_icon(name: str) -> str:
    return CHIP_ICONS[name]


CHIP_ICONS = {
    "time": "clock",
    "day": "cal",
    "service": "service",
    "team": "users",
    "source": "tag",
    "category": "tag",
    "trigger": "bolt",
    "occurrences": "repeat",
    "incident": "incident",
    "item": "check",
    "link": "link",
}
EFFECT_NAMES = {
    Effect.VERIFIED: ("Verified", "ok"),
    Effect.PARTIAL: ("Partly", "warn"),
    Effect.NOT_REDUCED: ("Not reduced", "danger"),
    Effect.REGRESSED: ("Came back", "danger"),
    Effect.DISPLACED: ("Moved next door", "warn"),
    Effect.INSUFFICIENT: ("Insufficient", ""),
}

register.filter("team_sums", sums_of)
