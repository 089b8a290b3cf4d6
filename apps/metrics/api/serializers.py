"""The report as a program reads it: what the page shows, with the numbers bare."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.metrics import words
from apps.metrics.figures import Figure, Unit

MOST_ROWS = 500


class LimitsSerializer(serializers.Serializer[Any]):
    """A 95 % interval. `high` null: there is no upper limit; both null: it cannot be said."""

    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class ExclusionSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField()
    count = serializers.IntegerField()
    list_url = serializers.SerializerMethodField()

    def get_list_url(self, exclusion: Any) -> str:
        """Empty where no list shows exactly these."""
        return list_url(exclusion.query, self.context)


class ChangeSerializer(serializers.Serializer[Any]):
    """Against the period before: a `ratio` (1 is the same) or a `difference` (0 is), with the interval of that."""

    kind = serializers.ChoiceField(choices=["ratio", "difference"])
    verdict = serializers.CharField()
    is_detectable = serializers.BooleanField()
    before = serializers.FloatField(allow_null=True)
    n_before = serializers.IntegerField()
    interval = LimitsSerializer()
    interval_before = LimitsSerializer(allow_null=True)


class FigureSerializer(serializers.Serializer[Any]):
    """`value` in `unit`; for a share the part of `n`. Null: it cannot be said. `text` is what the page shows."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    unit = serializers.ChoiceField(choices=[unit.value for unit in Unit])
    value = serializers.FloatField(allow_null=True)
    text = serializers.SerializerMethodField()
    part = serializers.IntegerField(allow_null=True)
    n = serializers.IntegerField()
    interval = LimitsSerializer(allow_null=True)
    p90 = serializers.FloatField(allow_null=True)
    running = serializers.IntegerField()
    change = ChangeSerializer(allow_null=True)
    note = serializers.CharField()
    formula = serializers.CharField()
    list_url = serializers.SerializerMethodField()
    part_list_url = serializers.SerializerMethodField()
    excluded = serializers.SerializerMethodField()

    def get_text(self, figure: Figure) -> str:
        return words.value_of(figure)

    def get_list_url(self, figure: Figure) -> str:
        return list_url(figure.query, self.context)

    def get_part_list_url(self, figure: Figure) -> str:
        """Of a share the rows of its part; empty where no list shows exactly these."""
        return list_url(figure.part_query, self.context)

    @extend_schema_field(ExclusionSerializer(many=True))
    def get_excluded(self, figure: Figure) -> Any:
        return ExclusionSerializer(figure.left_out, many=True, context=self.context).data


class PanelSerializer(serializers.Serializer[Any]):
    """`rows` are what the panel stands on, each with the columns of its CSV: the first 500 of `row_count`, the CSV of
    the page has all. `missing` says what is left out and why."""

    name = serializers.CharField()
    title = serializers.CharField()
    figures = FigureSerializer(many=True)
    row_count = serializers.SerializerMethodField()
    rows = serializers.SerializerMethodField()
    missing = serializers.ListField(child=serializers.CharField())
    notes = serializers.ListField(child=serializers.CharField())

    @extend_schema_field({"type": "array", "items": {"type": "object", "additionalProperties": True}})
    def get_rows(self, panel: Any) -> Any:
        return [{name: read(row) for name, read in panel.columns} for row in panel.rows[:MOST_ROWS]]

    def get_row_count(self, panel: Any) -> int:
        return len(panel.rows)


class SpanSerializer(serializers.Serializer[Any]):
    """Days in UTC, both included; `days` have passed so far."""

    first = serializers.DateField()
    last = serializers.DateField()
    days = serializers.FloatField()
    is_running = serializers.BooleanField()


class ReportSerializer(serializers.Serializer[Any]):
    period = SpanSerializer(source="scope.span")
    before = SpanSerializer(source="scope.before")
    counted = serializers.IntegerField()
    panels = PanelSerializer(many=True)


def list_url(query: str, context: Mapping[str, Any]) -> str:
    """Where the rows of a figure are listed: incidents, unless the context names another list as `rows`."""
    return f"{reverse(context.get('rows', 'api:incident-list'))}?{query}" if query else ""
