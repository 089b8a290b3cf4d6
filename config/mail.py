"""Every kind of mail that Ballast sends: the mail's table of contents.

A kind names the function that renders it at send time (`render(outbox_row, now) -> Mail | None`, None: nothing left
to say), its category, and its promise when a worker dies in the middle of a send: `at_most_once` rows become
`unknown` and are shown, `at_least_once` rows are sent again under the same Message-ID. A person may ask for a kind
with `on_request` (`send(by, now)`).
"""

from typing import Any

KINDS: dict[str, dict[str, Any]] = {
    "digest": {
        "render": "apps.reminders.digest.render_digest",
        "category": "reminders",
        "promise": "at_most_once",
        "on_request": "apps.reminders.operations.planning.send_digest_now",
    },
    "learning_letter": {
        "render": "apps.reminders.learning_letter.render_learning_letter",
        "category": "learning",
        "promise": "at_most_once",
        "on_request": "apps.reminders.operations.learning.send_learning_letter_now",
    },
    "update_late": {
        "render": "apps.incidents.mails.render_update_late",
        "category": "reminders",
        "promise": "at_most_once",
    },
    "access_given": {
        "render": "apps.incidents.mails.render_access_given",
        "category": "access",
        "promise": "at_most_once",
    },
    "recurrence": {
        "render": "apps.action_items.recurrence_mail.render_recurrence",
        "category": "reminders",
        "promise": "at_most_once",
    },
    "review_asked": {
        "render": "apps.postmortems.mails.render_review_asked",
        "category": "reminders",
        "promise": "at_most_once",
    },
    "approval_lost": {
        "render": "apps.postmortems.mails.render_approval_lost",
        "category": "reminders",
        "promise": "at_most_once",
    },
    "postmortem_published": {
        "render": "apps.postmortems.mails.render_published",
        "category": "reminders",
        "promise": "at_most_once",
    },
    "public_review_asked": {
        "render": "apps.postmortems.public_mails.render_public_review_asked",
        "category": "reminders",
        "promise": "at_most_once",
    },
    "public_approval_lost": {
        "render": "apps.postmortems.public_mails.render_public_approval_lost",
        "category": "reminders",
        "promise": "at_most_once",
    },
    "password_reset": {
        "render": "apps.accounts.mails.render_password_reset",
        "category": "security",
        "promise": "at_least_once",
    },
}
