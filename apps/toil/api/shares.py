"""The stored weeks as a program reads them."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from operator import attrgetter
from typing import Any

from rest_framework import serializers

from apps.accounts.models import CapTarget, Team
from apps.core.templatetags.times import half_up
from apps.toil.closed import Change
from apps.toil.figures import judged
from apps.toil.models import TeamWeek
from apps.toil.models.week import NUMBERS, ReadWeek, Sums
from apps.toil.number import Number, Verdict
from apps.toil.percent import DEFAULT_CAP, Share
from apps.toil.periods import week_name

Week = TeamWeek | ReadWeek


class ShareSerializer(serializers.Serializer[Any]):
    """`pct` is at least so much (null without capacity), `reported_pct` what those say who confirmed their weeks,
    `ceiling_pct` at most so much; `coverage_pct` is how much of the capacity was confirmed. `flags` are no_capacity,
    over_cap, over_100. Compare with the exact sums."""

    toil_seconds = serializers.IntegerField()
    ops_seconds = serializers.IntegerField(help_text="Other operational work.")
    guest_seconds = serializers.IntegerField()
    out_of_hours_seconds = serializers.IntegerField()
    capacity_minutes = serializers.FloatField()
    confirmed_minutes = serializers.FloatField()
    pct = serializers.FloatField(allow_null=True)
    ops_pct = serializers.FloatField(allow_null=True, help_text="Toil and other operational work, at least.")
    reported_pct = serializers.FloatField(allow_null=True)
    ceiling_pct = serializers.FloatField(allow_null=True)
    coverage_pct = serializers.FloatField(allow_null=True)
    flags = serializers.ListField(child=serializers.CharField())


class JudgedSerializer(ShareSerializer):
    """`verdict` and `flags` are about what the team's cap applies to."""

    verdict = serializers.ChoiceField(choices=[(verdict.value, verdict.name) for verdict in Verdict])


class WeekShareSerializer(JudgedSerializer):
    """Of a running week only the days that count already; `days_counted` of `days_total`."""

    week = serializers.CharField()
    monday = serializers.DateField()
    days_counted = serializers.IntegerField()
    days_total = serializers.IntegerField()
    is_final = serializers.BooleanField()


class WeekChangeSerializer(serializers.Serializer[Any]):
    """One change of a closed week, with the floor before and after it."""

    revision = serializers.IntegerField()
    taken_at = serializers.DateTimeField()
    pct_before = serializers.FloatField(allow_null=True)
    pct = serializers.FloatField(allow_null=True)
    points = serializers.FloatField(allow_null=True)
    changed_by = serializers.ListField(child=serializers.CharField(), help_text="For leads of the team.")


class OneWeekSerializer(WeekShareSerializer):
    team = serializers.CharField()
    changes_after_close = WeekChangeSerializer(many=True)


class TeamToilSerializer(serializers.Serializer[Any]):
    team = serializers.CharField()
    cap_pct = serializers.FloatField()
    cap_applies_to = serializers.ChoiceField(choices=CapTarget.choices)
    recomputing = serializers.BooleanField()
    total = JudgedSerializer()
    weeks = WeekShareSerializer(many=True)


class AllTeamsToilSerializer(serializers.Serializer[Any]):
    total = ShareSerializer()
    results = TeamToilSerializer(many=True)


def team_data(
    team: Team, mondays: Sequence[date], weeks: Sequence[Week], total: TeamWeek, *, is_behind: bool
) -> dict[str, Any]:
    found = {week.monday: week for week in weeks}
    return {
        "team": team.slug,
        "cap_pct": float(team.toil_cap_pct),
        "cap_applies_to": team.cap_applies_to,
        "recomputing": is_behind,
        "total": _judged(team, total),
        "weeks": [week_data(team, found.get(monday) or TeamWeek(monday=monday)) for monday in mondays],
    }


def summed(rows: Iterable[Sums]) -> TeamWeek:
    """Sum over sum; never a mean of percentages."""
    columns = zip(*map(attrgetter(*NUMBERS), rows), strict=True)
    return TeamWeek(**dict(zip(NUMBERS, map(sum, columns), strict=False)))


def week_data(team: Team, week: Week) -> dict[str, Any]:
    return {
        "week": week_name(week.monday),
        "monday": week.monday,
        **_judged(team, week),
        "days_counted": week.days_counted,
        "days_total": week.days_total,
        "is_final": week.is_final,
    }


def change_data(change: Change, *, names: bool) -> dict[str, Any]:
    before, after = (judged(change.team, row).floor.rounded() for row in (change.before, change.after))
    return {
        "revision": change.after.revision,
        "taken_at": change.after.taken_at,
        "pct_before": _number(before),
        "pct": _number(after),
        "points": _number(change.points),
        "changed_by": [person.slug for person in change.people] if names else [],
    }


def _judged(team: Team, row: Sums) -> dict[str, Any]:
    cap = team.toil_cap_pct
    number = judged(team, row)
    said = {"flags": number.floor.flags(cap), "verdict": number.verdict(cap).value}
    return {**share_data(row, cap), **said}


def share_data(row: Any, cap: Decimal = DEFAULT_CAP) -> dict[str, Any]:
    number: Number = row.number
    return {
        "toil_seconds": row.toil_seconds,
        "ops_seconds": row.ops_seconds,
        "guest_seconds": row.guest_seconds,
        "out_of_hours_seconds": row.out_of_hours_seconds,
        "capacity_minutes": float(row.capacity_minutes),
        "confirmed_minutes": float(row.confirmed_minutes),
        "pct": _pct(number.floor, cap),
        "ops_pct": _pct(row.ops_number.floor, cap),
        "reported_pct": _pct(number.reported, cap),
        "ceiling_pct": _pct(number.ceiling, cap),
        "coverage_pct": _coverage(number.coverage),
        "flags": number.floor.flags(cap),
    }


def _pct(share: Share, cap: Decimal) -> float | None:
    return _number(share.rounded(cap))


def _coverage(value: Fraction | None) -> float | None:
    return None if value is None else float(half_up(value))


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
