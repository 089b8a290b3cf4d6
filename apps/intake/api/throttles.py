"""Deliveries have a limit of their own, for each key: a flood from one sender takes nothing from the others."""

from typing import Any

from django.core.cache import caches
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle


class IntakeThrottle(SimpleRateThrottle):
    scope = "intake"
    cache = caches["throttle"]

    def get_cache_key(self, request: Request, view: Any) -> str:
        ident = "_".join(str(view.kwargs.get("key", "")).split("_", 2)[:2])[:40]
        return self.cache_format % {"scope": self.scope, "ident": ident}
