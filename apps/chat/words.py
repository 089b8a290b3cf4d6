"""How answers are written for each chat: what people wrote stays text there, too."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings

from apps.chat.models import ChatKind
from apps.incidents.models import Incident

LONGEST = 3000
SLACK_SIGNS = (("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"))
HELP = """What can be done from here:
`{command} declare sev2 Checkout is slow @checkout` – a new incident; severity and services may be left out
`{command} update INC-12 Rolling back` – a status update
`{command} resolve INC-12 The rollback is through`
`{command} who INC-12` – who has which role; without a key, who leads what is open
`{command} link you@example.com` – say who you are in Ballast"""

HELP_TOIL = """What can be done from here:
`{command} 25m restart ingest @payments` – log it: time, what, then @service, #source, ^yesterday, x3, +INC-12
`{command} start rotate certificates` – start your timer; `stop` ends and logs it, `status` says how long it runs
`{command} undo` – take back what you logged last
`{command} link you@example.com` – say who you are in Ballast"""


@dataclass(frozen=True)
class Words:
    kind: str
    command: str = "/incident"

    def read(self, text: str) -> str:
        """What was typed: Slack sends three signs escaped."""
        if self.kind == ChatKind.SLACK:
            for escaped, sign in reversed(SLACK_SIGNS):
                text = text.replace(escaped, sign)
        return text

    def plain(self, text: str) -> str:
        """Somebody's text as it is: no mention, no link, no format."""
        one_line = " ".join(text.split())
        if self.kind == ChatKind.SLACK:
            for escaped, sign in SLACK_SIGNS:
                one_line = one_line.replace(sign, escaped)
            return re.sub(r"([*_~`])", "\u200b\\1", one_line)
        return re.sub(r"([\\`*_{}\[\]()<>#|~@!])", r"\\\1", one_line)

    def link(self, path: str, label: str) -> str:
        address = f"{settings.BASE_URL}{path}"
        return f"<{address}|{label}>" if self.kind == ChatKind.SLACK else f"[{label}]({address})"

    def incident(self, row: Incident) -> str:
        title = row.title if len(row.title) <= 150 else f"{row.title[:149]}…"
        return f"{self.link(row.get_absolute_url(), row.key)} {self.plain(title)}"

    def help(self) -> str:
        pattern = HELP_TOIL if "toil" in self.command.lower() else HELP
        return pattern.format(command=self.command)
