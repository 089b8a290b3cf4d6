"""Rate limits of the API, kept in the `throttle` cache."""

from django.core.cache import caches
from rest_framework.throttling import AnonRateThrottle, UserRateThrottle


class PersonThrottle(UserRateThrottle):
    scope = "person"
    cache = caches["throttle"]


class StrangerThrottle(AnonRateThrottle):
    scope = "stranger"
    cache = caches["throttle"]
