"""The stored weeks as a program reads them."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from apps.accounts.models import Team
from apps.toil.models import TeamWeek
from apps.toil.percent import DEFAULT_CAP, Share, total
from apps.toil.periods import week_name


class ShareSerializer(serializers.Serializer[Any]):
    """`pct` is null without capacity; `flags` are no_capacity, over_cap, over_100. Compare with the exact sums."""

    toil_seconds = serializers.IntegerField()
    guest_seconds = serializers.IntegerField()
    out_of_hours_seconds = serializers.IntegerField()
    capacity_minutes = serializers.FloatField()
    pct = serializers.FloatField(allow_null=True)
    flags = serializers.ListField(child=serializers.CharField())


class WeekShareSerializer(ShareSerializer):
    """Of a running week only the days that count already; `days_counted` of `days_total`."""

    week = serializers.CharField()
    monday = serializers.DateField()
    days_counted = serializers.IntegerField()
    days_total = serializers.IntegerField()


class TeamToilSerializer(serializers.Serializer[Any]):
    team = serializers.CharField()
    cap_pct = serializers.FloatField()
    recomputing = serializers.BooleanField()
    total = ShareSerializer()
    weeks = WeekShareSerializer(many=True)


class AllTeamsToilSerializer(serializers.Serializer[Any]):
    total = ShareSerializer()
    results = TeamToilSerializer(many=True)


def team_data(
    team: Team, mondays: Sequence[date], weeks: Iterable[TeamWeek], *, is_behind: bool
) -> dict[str, Any]:
    found = {week.monday: week for week in weeks}
    cap = team.toil_cap_pct
    return {
        "team": team.slug,
        "cap_pct": float(cap),
        "recomputing": is_behind,
        "total": sum_data(found.values(), cap),
        "weeks": [_week(monday, found.get(monday) or TeamWeek(monday=monday), cap) for monday in mondays],
    }


def sum_data(weeks: Iterable[TeamWeek], cap: Decimal = DEFAULT_CAP) -> dict[str, Any]:
    """Sum over sum; never a mean of percentages."""
    rows = list(weeks)
    guest = sum(row.guest_seconds for row in rows)
    return _share(total(row.share for row in rows), guest, sum(row.out_of_hours_seconds for row in rows), cap)


def _week(monday: date, week: TeamWeek, cap: Decimal) -> dict[str, Any]:
    return {
        "week": week_name(monday),
        "monday": monday,
        **_share(week.share, week.guest_seconds, week.out_of_hours_seconds, cap),
        "days_counted": week.days_counted,
        "days_total": week.days_total,
    }


def _share(share: Share, guest: int, out_of_hours: int, cap: Decimal) -> dict[str, Any]:
    pct = share.rounded(cap)
    return {
        "toil_seconds": share.toil_seconds,
        "guest_seconds": guest,
        "out_of_hours_seconds": out_of_hours,
        "capacity_minutes": float(share.capacity_minutes),
        "pct": None if pct is None else float(pct),
        "flags": share.flags(cap),
    }
