"""Deliveries have a limit of their own, for each key: a flood from one sender takes nothing from the others."""

import hashlib
from typing import Any

from django.core.cache import caches
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle


class IntakeThrottle(SimpleRateThrottle):
    scope = "intake"
    cache = caches["throttle"]

    def get_cache_key(self, request: Request, view: Any) -> str:
        prefix = "_".join(str(view.kwargs.get("key", "")).split("_", 2)[:2])
        ident = hashlib.sha256(prefix.encode()).hexdigest()[:20]  # a guess may hold what no cache takes
        return self.cache_format % {"scope": self.scope, "ident": ident}
