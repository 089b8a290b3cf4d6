"""A team's cap as a program reads it: the state, the sums, the quarter's hours, the plan, the history."""

from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.models import CapTarget, Team, User
from apps.action_items.models import ActionItem
from apps.core.describing import extend_schema
from apps.core.http import today_of
from apps.core.serializers import StrictSerializer
from apps.core.templatetags.times import half_up
from apps.toil.budgets.levels import Level
from apps.toil.budgets.page import BudgetPage, Window, budget_page_of
from apps.toil.models import BudgetChange
from apps.toil.models.budget import About
from apps.toil.number import Number
from apps.toil.operations import plan_budget

LEVELS = Level.choices


class SumsSerializer(serializers.Serializer[Any]):
    """Exact sums of what the cap applies to, and the percentages they make, rounded to two places."""

    weeks = serializers.IntegerField()
    since = serializers.DateField()
    seconds = serializers.IntegerField()
    capacity_minutes = serializers.FloatField()
    pct = serializers.FloatField(allow_null=True)
    reported_pct = serializers.FloatField(allow_null=True)
    ceiling_pct = serializers.FloatField(allow_null=True)
    coverage_pct = serializers.FloatField(allow_null=True)


class QuarterBudgetSerializer(serializers.Serializer[Any]):
    """`gone_in_week` counts from the first week of the quarter; null when it lasts, or when it is too early to say."""

    quarter = serializers.CharField()
    budget_minutes = serializers.FloatField()
    used_minutes = serializers.FloatField()
    used_pct = serializers.FloatField(allow_null=True)
    days_over = serializers.IntegerField()
    gone_after_weeks = serializers.FloatField(allow_null=True)
    gone_in_week = serializers.IntegerField(allow_null=True)


class BudgetPlanSerializer(serializers.Serializer[Any]):
    owner = serializers.CharField()
    items = serializers.ListField(child=serializers.CharField(), help_text="Those that you may see.")
    note = serializers.CharField()
    version = serializers.IntegerField()


class BudgetPlanWriteSerializer(StrictSerializer):
    """The whole plan. `version` is the one you read; without it whatever is there is replaced."""

    owner = serializers.SlugRelatedField(slug_field="slug", queryset=User.objects.active())
    items = serializers.ListField(child=serializers.CharField(max_length=20), min_length=1, max_length=20)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    version = serializers.IntegerField(min_value=1, required=False)

    def validate_items(self, keys: list[str]) -> list[ActionItem]:
        wanted = [key.upper() for key in keys]
        seen = ActionItem.objects.visible_to(self.context["request"].user).filter(key__in=wanted)
        found = {item.key: item for item in seen}
        missing = [key for key in wanted if key not in found]
        if missing:
            raise serializers.ValidationError([f"There is no {key}." for key in missing])
        return list(found.values())


class BudgetChangeSerializer(serializers.Serializer[BudgetChange]):
    """`is_late`: made by what came after a close, or by another cap, not by a new week."""

    week = serializers.CharField()
    about = serializers.ChoiceField(choices=About.choices)
    before = serializers.CharField()
    after = serializers.CharField()
    cap_pct = serializers.FloatField()
    cap_applies_to = serializers.ChoiceField(choices=CapTarget.choices, source="applies_to")
    is_late = serializers.BooleanField()
    made_at = serializers.DateTimeField()


class TeamBudgetSerializer(serializers.Serializer[Any]):
    """`level` is null until a week of the team is closed, and until the closed ones are
    judged by a cap that has changed. `through` is the last closed week it was judged by."""

    team = serializers.CharField()
    cap_pct = serializers.FloatField()
    cap_applies_to = serializers.ChoiceField(choices=CapTarget.choices)
    level = serializers.ChoiceField(choices=LEVELS, allow_null=True)
    since = serializers.DateField(allow_null=True)
    through = serializers.DateField(allow_null=True)
    is_thin = serializers.BooleanField(help_text="Less than 60% was confirmed two weeks running.")
    needs_plan = serializers.BooleanField()
    sums = SumsSerializer(many=True)
    quarter = QuarterBudgetSerializer()
    plan = BudgetPlanSerializer(allow_null=True)
    changes = BudgetChangeSerializer(many=True, help_text="The latest twenty.")


class TeamBudgetView(APIView):
    @extend_schema(responses=TeamBudgetSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Where a team stands against its cap, and why."""
        return Response(budget_data(_page(request, slug)))

    @extend_schema(request=BudgetPlanWriteSerializer, responses=TeamBudgetSerializer)
    def put(self, request: Request, slug: str) -> Response:
        """The plan of the breach that runs: who sees to it, and the promises that carry it."""
        page = _page(request, slug)
        body = BudgetPlanWriteSerializer(data=request.data, context={"request": request})
        body.is_valid(raise_exception=True)
        sent = dict(body.validated_data)
        plan_budget(page.team, seen=sent.pop("version", None), **sent, by=request.user)  # type: ignore[arg-type]
        return Response(budget_data(_page(request, slug)))


def _page(request: Request, slug: str) -> BudgetPage:
    user: User = request.user  # type: ignore[assignment]
    team = get_object_or_404(Team.objects.visible_to(user), slug=slug)
    return budget_page_of(team, today_of(request), user)


def budget_data(page: BudgetPage) -> dict[str, Any]:
    budget = page.budget
    return {
        "team": page.team.slug,
        "cap_pct": float(page.cap),
        "cap_applies_to": page.team.cap_applies_to,
        "level": budget.level if budget else None,
        "since": budget.since if budget else None,
        "through": budget.through if budget else None,
        "is_thin": bool(budget and budget.is_thin),
        "needs_plan": page.needs_plan,
        "sums": [_sums(window) for window in page.windows],
        "quarter": _quarter(page),
        "plan": _plan(page),
        "changes": _changes(page),
    }


def _sums(window: Window) -> dict[str, Any]:
    number = window.number or Number()
    return {
        "weeks": window.weeks,
        "since": window.first,
        "seconds": number.seconds,
        "capacity_minutes": float(number.capacity_minutes),
        "pct": _two(number.floor.exact),
        "reported_pct": _two(number.reported.exact),
        "ceiling_pct": _two(number.ceiling.exact),
        "coverage_pct": _two(number.coverage),
    }


def _quarter(page: BudgetPage) -> dict[str, Any]:
    quarter = page.quarter
    return {
        "quarter": page.quarter_name,
        "budget_minutes": float(quarter.seconds / 60),
        "used_minutes": quarter.used_seconds / 60,
        "used_pct": _two(quarter.used_pct),
        "days_over": quarter.days_over,
        "gone_after_weeks": _two(quarter.gone_after),
        "gone_in_week": quarter.gone_in_week,
    }


def _plan(page: BudgetPage) -> dict[str, Any] | None:
    plan = page.plan
    if plan is None:
        return None
    items = [item.key for item in page.items]
    return {"owner": plan.owner.slug, "items": items, "note": plan.note, "version": plan.version}


def _changes(page: BudgetPage) -> Any:
    rows: Any = page.changes
    return BudgetChangeSerializer(rows, many=True).data


def _two(value: Any) -> float | None:
    return None if value is None else float(half_up(value, 2))
