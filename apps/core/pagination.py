"""Pages by position. Apart from `api.py`, which DRF's settings must not import while DRF itself is loading."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request


class KeysetPagination(CursorPagination):
    """Page 2000 costs what page 1 costs. The filter's `sort` is the order."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering = "-pk"

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: Any) -> tuple[str, ...]:
        return tuple(str(part) for part in queryset.query.order_by) or ("-pk",)
