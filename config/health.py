"""What /healthz asks beyond database, migrations and broker: a name, and what raises Unwell when it is not well."""

CHECKS = {"planner": "apps.notifications.health.planner", "mail": "apps.notifications.health.mail"}
