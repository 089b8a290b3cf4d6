"""Incidents that only those may read who dealt with them."""

from apps.reports.operations.demo.words.shapes import (
    ACTION,
    DECISION,
    DETECT,
    NOTE,
    PREVENT,
    UPDATE,
    Plot,
    Promise,
    Step,
)

PRIVATE_TITLES = (
    ("Access tokens written to a debug log", "auth-gateway"),
    ("Customer addresses visible to the wrong support group", "admin-console"),
)
EXPOSURE = Plot(
    slug="exposure",
    tail="after a release",
    needs="",
    tags=("privacy", "release"),
    trigger="Release {version} widened who can read a field that holds personal data.",
    factors=(
        "The field was marked as public in the schema, and reviews look at code and not at schemas.",
        "Test data holds no personal data, so no test could have shown it.",
        "Access to the affected pages is logged, but the log is read only on request.",
    ),
    detected="A colleague saw data in {service} that is not meant for that page, and said so within minutes.",
    steps=(
        Step(UPDATE, "{service} shows data to a group that must not see it. The pages are switched off."),
        Step(ACTION, "Release {older} is back; the pages are still off until the access log is read."),
        Step(
            NOTE, "The access log names 14 views by three colleagues. No export, nothing outside the company."
        ),
        Step(DECISION, "Inform the data protection officer today, with the access log attached."),
    ),
    mitigated="The pages were switched off and release {older} restored.",
    tried="Hiding the field in the page was tried; the interface still delivered it.",
    repaired="The field was removed from the interface, and caches were emptied.",
    well=("It was reported within minutes.", "The access log was complete."),
    poorly=("Schemas are not part of a review.", "The log of such accesses raises no alert."),
    lucky="The pages were opened by three colleagues only.",
    surprise="The schema's default for a new field is public.",
    lesson="What is not said to be public should be private.",
    items=(
        Promise(
            PREVENT,
            "Make new fields of {service} private unless said otherwise",
            "A new field without a mark is not delivered in the test",
        ),
        Promise(
            DETECT,
            "Alert on unusual reads of personal data in {service}",
            "Ten reads in a minute by one account raise an alert in staging",
        ),
        Promise(
            PREVENT,
            "Show schema changes of {service} in reviews",
            "A review without a look at its schema change cannot be merged",
        ),
    ),
)
