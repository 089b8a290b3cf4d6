"""What the people one signs in as do every week, and are asked about on its day."""

from __future__ import annotations

from datetime import timedelta

from apps.accounts.models import User
from apps.reports.operations.demo.stage import Stage
from apps.toil.models import Category, Recurring

CHORES = (
    (
        "lead@ballast.example",
        "Hand over the on-call week",
        30,
        "FREQ=WEEKLY;BYDAY=MO",
        Category.BUSINESS_PROCESS,
    ),
    ("lead@ballast.example", "Renew the partner certificates", 50, "FREQ=MONTHLY;BYDAY=-1FR", Category.OTHER),
    ("member@ballast.example", "Tidy the alert channel", 15, "FREQ=WEEKLY;BYDAY=MO,TH", Category.OTHER),
)


def make_chores(stage: Stage) -> None:
    for email, text, minutes, rule, category in CHORES:
        person = User.objects.get(email=email)
        team = next(iter(person.current_teams), None)
        if team:
            Recurring.objects.create(
                uuid=stage.chance(f"chore {text}").uuid(),
                person=person,
                team=team,
                text=text,
                seconds=minutes * 60,
                rule=rule,
                category=category,
                starts_on=stage.today - timedelta(days=90),
            )
