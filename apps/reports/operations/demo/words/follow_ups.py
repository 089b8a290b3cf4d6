"""Follow-ups that belong to no incident, and what people say about moving and dropping them."""

from apps.reports.operations.demo.words.shapes import (
    DETECT,
    INVESTIGATE,
    MITIGATE,
    PREVENT,
    PROCESS,
    REPAIR,
    Promise,
)

SLIPS = (
    "The storage team reviews it next week.",
    "Load test booked for the week after.",
    "An incident took the time that was planned for it.",
    "Waits for the release freeze to end.",
    "The first try found a second place that needs the change.",
    "Two people were away; the work is half done.",
    "The provider answers next month.",
    "Needs a security review that was not planned.",
)
BLOCKS = (
    "Waits for the storage team's review.",
    "Waits for an answer of the provider.",
    "Needs the new test environment, promised for next month.",
    "Waits for the migration of the last two customers.",
    "Needs a decision on the budget for a second region.",
)
DROPS = (
    "The component is being retired next quarter, so the change would not live long enough to matter.",
    "The new release of the library does this by itself; we checked in staging.",
    "The cost was estimated at three months for a case that happened once; the lead agreed to live with it.",
    "Replaced by a simpler change in the edge, which is done and verified.",
)
DUPLICATE = "The same promise was made in another postmortem."

STANDING = (
    Promise(
        PROCESS,
        "Walk through the runbook of {service} with a newcomer",
        "A newcomer has followed it alone and noted three gaps",
    ),
    Promise(PREVENT, "Upgrade the client library of {service}", "All deployments run the supported version"),
    Promise(
        DETECT,
        "Remove alerts of {service} that nobody acts on",
        "Each remaining alert was acted on in the last 90 days",
    ),
    Promise(
        MITIGATE,
        "Practise moving {service} to another region",
        "The exercise took less than 15 minutes and is written down",
    ),
    Promise(
        PREVENT,
        "Review the capacity of {service} for the winter peak",
        "The plan names the limit and the date on which it is reached",
    ),
    Promise(
        REPAIR,
        "Remove the unused table of {service}",
        "The table is gone and the backup job is shorter by its time",
    ),
    Promise(
        INVESTIGATE,
        "Find out why start-up of {service} takes two minutes",
        "The three longest steps are named with their times",
    ),
    Promise(
        PROCESS,
        "Name a second person who can release {service}",
        "The second person has done one release alone",
    ),
    Promise(
        DETECT,
        "Add a check from outside for {service}",
        "The check runs from two regions and pages on three failures",
    ),
    Promise(
        PREVENT,
        "Test restoring {service} from its backup",
        "A restore into staging finished and its totals agree",
    ),
)
AUTOMATIONS = (
    Promise(REPAIR, "Let {service} do by itself: {chore}", "The chore was not logged for four weeks"),
    Promise(
        PREVENT, "Take the cause away of: {chore}", "The chore was logged less than once a week for a month"
    ),
)
