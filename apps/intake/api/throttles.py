"""Deliveries have a limit of their own, for each integration: a flood from one sender takes nothing from the others.

They are counted once the key is known to be right: the part of it that is shown must not be enough to use it up.
"""

from typing import Any

from django.core.cache import caches
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle


class IntakeThrottle(SimpleRateThrottle):
    scope = "intake"
    cache = caches["throttle"]

    def get_cache_key(self, request: Request, view: Any) -> str:
        return self.cache_format % {"scope": self.scope, "ident": view.integration.pk}
