"""What each sender's deliveries mean. An adapter knows three things and touches no database:

`read(payload, headers)` what it says, `delivery_id(payload, headers)` the sender's own id or "" where it has none, and
`check(raw, headers, secret, now)` whether the sender signed it.
"""

from types import ModuleType

from apps.intake.adapters import alertmanager, generic, grafana, pagerduty, sentry
from apps.intake.adapters.signal import NothingToDo, Signal, Unreadable

ADAPTERS: dict[str, ModuleType] = {
    "alertmanager": alertmanager,
    "grafana": grafana,
    "pagerduty": pagerduty,
    "sentry": sentry,
    "generic": generic,
}

__all__ = ["ADAPTERS", "NothingToDo", "Signal", "Unreadable"]
