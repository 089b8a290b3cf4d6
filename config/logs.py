"""Structured logs: one JSON line per event, with the request id; pretty lines on a terminal when asked."""

import re
from typing import Any

import structlog

HIDDEN = {"authorization", "cookie", "password", "token", "secret", "csrfmiddlewaretoken"}
KEY_IN_PATH = re.compile(  # whoever logs an address, Django too, says who came and not with what
    r"(/intake/[^/_]*_[^/_]*|/calendar/[^/]{10}|/postmortems/feed/[^/]{10}"
    r"|/reset/key/[^/]+/|/unsubscribe/|/letters/learning/)[^/\s]+"
)


def hide_secrets(_logger: Any, _method: str, event: Any) -> Any:
    return {
        key: "[hidden]" if key.lower() in HIDDEN else _without_keys(value) for key, value in event.items()
    }


def _without_keys(value: Any) -> Any:
    return KEY_IN_PATH.sub(r"\1…", value) if isinstance(value, str) else value


def configuration(level: str, *, pretty: bool) -> dict[str, Any]:
    """Both structlog's loggers and the standard library's end in the same formatter."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    last = structlog.dev.ConsoleRenderer(colors=False) if pretty else structlog.processors.JSONRenderer()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    last,
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django.server": {"handlers": [], "propagate": True},
            "django.request": {"level": "ERROR"},
            "celery.app.trace": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
        },
    }
