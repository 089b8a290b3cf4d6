"""What reviewers say about postmortems."""

APPROVALS = (
    "Clear and complete. The second factor should also be told to the teams that use the same library.",
    "Good. The numbers agree with the dashboards of that day.",
    "Approved. I would like to see the drill that the first action item promises.",
    "Reads well for somebody from outside the team.",
    "Agreed with every factor. Thank you for the section on luck.",
)
REQUESTS = (
    "How many customers were affected? The impact names a share only.",
    "Is the time of detection measured, or worked out afterwards? Please say which.",
    "The first action item has no end state that can be checked.",
    "What would have told us sooner? The section on detection describes what did.",
)
EXCEPTED = (
    "The supplier replaces this part in January, which is a project of its own with an owner and a date."
)
LEARNT_LATER = (
    "Since then another team has met the same limit in a drill. What we took for a detail of this service is a default"
    " of the library, and worth a look wherever it is used."
)
