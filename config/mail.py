"""Every kind of mail that Ballast sends: the mail's table of contents.

A kind names the function that renders it at send time (`render(outbox_row, now) -> Mail | None`, None: nothing left
to say), its category, and its promise when a worker dies in the middle of a send: `at_most_once` rows become
`unknown` and are shown, `at_least_once` rows are sent again under the same Message-ID. A person may ask for a kind
with `on_request` (`send(by, now)`). What is `paced` waits for the end of quiet hours, and of it nobody gets more than
five a day: the rest is named in the next digest. What is `composed` of several categories asks for each itself.
`read_many(rows, now)` gives a renderer for these rows that has read what they say in as many statements as for one.

A category is what people choose about: how it reaches them, the usual way first. `now` is a mail of its own, `digest`
a line in the daily one, `portal` the inbox alone. Where `stop` is named, it is what a link to unsubscribe does instead.
Security mail is no category: nobody turns it off, and it is not in the inbox.
"""

from typing import Any

KINDS: dict[str, dict[str, Any]] = {
    "digest": {
        "render": "apps.reminders.digest.render_digest",
        "read_many": "apps.reminders.digest.digests_of",
        "category": "reminders",
        "composed": True,
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
        "category": "incidents",
        "promise": "at_most_once",
    },
    "access_given": {
        "render": "apps.incidents.mails.render_access_given",
        "category": "incidents",
        "promise": "at_most_once",
    },
    "assigned": {
        "render": "apps.action_items.mails.render_assigned",
        "category": "assigned",
        "paced": True,
        "promise": "at_least_once",
    },
    "handed_over": {
        "render": "apps.reports.mails.render_handed_over",
        "category": "assigned",
        "promise": "at_least_once",
    },
    "verification_asked": {
        "render": "apps.action_items.mails.render_verification_asked",
        "category": "reviews",
        "paced": True,
        "promise": "at_least_once",
    },
    "mentioned": {
        "render": "apps.action_items.mails_following.render_mentioned",
        "category": "mentions",
        "paced": True,
        "promise": "at_most_once",
    },
    "item_changed": {
        "render": "apps.action_items.mails_following.render_item_changed",
        "category": "watched",
        "paced": True,
        "promise": "at_most_once",
    },
    "recurrence": {
        "render": "apps.action_items.recurrence_mail.render_recurrence",
        "category": "incidents",
        "paced": True,
        "promise": "at_most_once",
    },
    "review_asked": {
        "render": "apps.postmortems.mails.render_review_asked",
        "category": "reviews",
        "paced": True,
        "promise": "at_most_once",
    },
    "approval_lost": {
        "render": "apps.postmortems.mails.render_approval_lost",
        "category": "reviews",
        "paced": True,
        "promise": "at_most_once",
    },
    "postmortem_published": {
        "render": "apps.postmortems.mails.render_published",
        "category": "postmortems",
        "paced": True,
        "promise": "at_most_once",
    },
    "public_review_asked": {
        "render": "apps.postmortems.public_mails.render_public_review_asked",
        "category": "reviews",
        "paced": True,
        "promise": "at_most_once",
    },
    "public_approval_lost": {
        "render": "apps.postmortems.public_mails.render_public_approval_lost",
        "category": "reviews",
        "paced": True,
        "promise": "at_most_once",
    },
    "tracker_trouble": {
        "render": "apps.trackers.mails.render_tracker_trouble",
        "category": "connections",
        "paced": True,
        "promise": "at_most_once",
    },
    "checkin_open": {
        "render": "apps.toil.checkins.mails.render_checkin_open",
        "category": "toil",
        "paced": True,
        "promise": "at_most_once",
    },
    "toil_budget": {
        "render": "apps.toil.budgets.mails.render_toil_budget",
        "category": "escalations",
        "promise": "at_most_once",
    },
    "survey_open": {
        "render": "apps.toil.surveys.mails.render_survey_open",
        "category": "survey",
        "paced": True,
        "promise": "at_most_once",
    },
    "toil_verdict": {
        "render": "apps.toil.reductions.mails.render_toil_verdict",
        "category": "verdicts",
        "paced": True,
        "promise": "at_most_once",
    },
    "password_reset": {
        "render": "apps.accounts.mails.render_password_reset",
        "category": "security",
        "promise": "at_least_once",
    },
}

QUIET_UNTIL = "apps.accounts.quiet.quiet_until"

CATEGORIES: dict[str, dict[str, Any]] = {
    "reminders": {
        "label": "What you promised",
        "help": "Overdue, due today and due soon: action items, owed postmortems, reviews that wait for you.",
        "modes": ["digest", "portal", "off"],
    },
    "escalations": {
        "label": "What you are asked as a lead",
        "help": "Promises of your team or your services whose date is long over, and your team over its toil cap.",
        "modes": ["digest", "portal"],
    },
    "assigned": {
        "label": "Given to you",
        "help": "Somebody hands you an action item, or all that another had.",
        "modes": ["now", "digest", "portal", "off"],
    },
    "mentions": {
        "label": "Mentions",
        "help": "Somebody names you in a comment.",
        "modes": ["now", "digest", "portal", "off"],
    },
    "watched": {
        "label": "What you watch or own",
        "help": "Somebody else comments on it, moves its state or its date, or hands it over.",
        "modes": ["digest", "now", "portal", "off"],
    },
    "reviews": {
        "label": "Reviews",
        "help": "Your review is asked for, what you approved has changed, or something done waits for a second look.",
        "modes": ["now", "digest", "portal", "off"],
    },
    "postmortems": {
        "label": "Published postmortems",
        "help": "Of incidents you took part in, services you watch, or that you are asked to read.",
        "modes": ["now", "digest", "portal", "off"],
    },
    "incidents": {
        "label": "Incidents",
        "help": "An update is late, a private incident was opened to you, something came back.",
        "modes": ["now", "portal", "off"],
    },
    "connections": {
        "label": "What you connected",
        "help": "Another system that you connected refuses the portal, or does not answer any more.",
        "modes": ["now", "digest", "portal", "off"],
    },
    "toil": {
        "label": "Weekly check-in",
        "help": "Whether all of your toil of a week is logged, in teams that ask for it.",
        "modes": ["now", "digest", "portal", "off"],
    },
    "survey": {
        "label": "Toil survey",
        "help": "Two questions at the end of a quarter.",
        "modes": ["digest", "now", "portal", "off"],
    },
    "verdicts": {
        "label": "What came of plans for less toil",
        "help": "Whether a promise of yours, or of a team you lead, took toil away: after four and twelve weeks.",
        "modes": ["digest", "now", "portal", "off"],
    },
    "learning": {
        "label": "Weekly learning letter",
        "help": "Switched on and off under Settings.",
        "modes": ["now"],
        "stop": "apps.reminders.operations.learning.stop_learning_letter",
    },
}
