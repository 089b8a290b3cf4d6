"""Incidents of databases."""

from apps.reports.operations.demo.words.shapes import (
    ACTION,
    DECISION,
    DETECT,
    MITIGATE,
    NOTE,
    PREVENT,
    PROCESS,
    UPDATE,
    Plot,
    Promise,
    Step,
)

QUERY = Plot(
    slug="query",
    tail="after a query lost its index",
    needs="database",
    tags=("database", "slow-query"),
    trigger="A migration replaced an index by one with another order of columns, and one query could not use it.",
    factors=(
        "The query is built at run time and appears in no test with real amounts of data.",
        "Staging holds a hundredth of the rows, where a full scan is fast enough.",
        "The migration tool compares columns of indexes, not their order.",
    ),
    detected="The latency alert fired when the first working hour began.",
    steps=(
        Step(
            UPDATE,
            "p99 of {service} is above 8 s and {peak}% of {noun} time out. The database reads from disk at its limit.",
        ),
        Step(
            NOTE,
            "One query makes 70% of the load. It scans a table of 90 million rows since the migration at 05:30 UTC.",
        ),
        Step(
            ACTION,
            "Building the old index next to the new one, without a lock. It will take about 25 minutes.",
        ),
        Step(ACTION, "Sending the query's callers to the replica meanwhile."),
        Step(UPDATE, "The index is ready and used. Time-outs are at {rest}%."),
    ),
    mitigated="Callers were sent to the replica while the old index was built again.",
    tried="Stopping the query's callers was considered; too much depends on them.",
    repaired="Both indexes were kept for a week, then the query was rewritten.",
    well=("The slow-query page named the statement within minutes.", "The replica carried the load."),
    poorly=(
        "Five hours lay between the migration and the first sign.",
        "Staging cannot show a plan that depends on size.",
    ),
    lucky="The replica was up to date; it had lagged by an hour the day before.",
    surprise="The order of columns in the index was the whole difference.",
    lesson="A plan is a property of the data, so it has to be looked at where the data is.",
    items=(
        Promise(
            DETECT,
            "Compare query plans of {service} before and after a migration",
            "The migration job reports every plan that became ten times dearer",
        ),
        Promise(
            PREVENT,
            "Give staging of {service} a tenth of the real rows",
            "The nightly copy ends with at least 9 million rows in the large tables",
        ),
        Promise(
            PREVENT,
            "Warn in review when an index changes its column order",
            "The check fails on this incident's migration",
        ),
    ),
)

FAILOVER = Plot(
    slug="failover",
    tail="after a failover",
    needs="database",
    tags=("failover", "database"),
    trigger="A kernel patch restarted the primary host, and the runbook promoted the standby.",
    factors=(
        "The runbook waits 60 s before it promotes; the lease of the primary lasts up to 94 s.",
        "For half a minute both nodes accepted writes.",
        "The failover test has one client, which reconnects at once; real clients keep writing to what they know.",
    ),
    detected="A consistency check reported rows that exist on one node only.",
    steps=(
        Step(
            UPDATE,
            "The standby of {service} was promoted; {peak}% of {noun} failed. Some rows differ between the nodes.",
        ),
        Step(
            NOTE,
            "Both nodes held the lease for 34 s. About {many} rows were written to the old primary in that time.",
        ),
        Step(DECISION, "Keep the new primary, take the old one out, and merge its rows by hand."),
        Step(ACTION, "Old primary isolated; clients are all on the new one."),
        Step(UPDATE, "Rows of the window are listed by reference; no reference appears twice."),
    ),
    mitigated="The old primary was isolated, and all clients were moved to the new one.",
    tried="Failing back was discussed and refused: it would have lost the newer writes.",
    repaired="Rows of the old primary were merged by reference and checked against totals.",
    well=(
        "The consistency check ran by itself and named the rows.",
        "Nobody had to guess which node was right.",
    ),
    poorly=(
        "The wait in the runbook was shorter than the lease.",
        "A patch of one host was not treated as a failover.",
    ),
    lucky="The window fell between two settlement runs.",
    surprise="The lease outlives the process that holds it.",
    lesson="A waiting time in a runbook must be compared with the thing it waits for, by the machine.",
    items=(
        Promise(
            PREVENT,
            "Add a lease check before standby promotion in {service}",
            "Promotion is refused in staging while the old lease is valid",
        ),
        Promise(
            PROCESS,
            "Write a failover game-day scenario for {service}",
            "The game day has been run once with two clients writing",
        ),
        Promise(
            MITIGATE,
            "Add a switch that pauses writes of {service}",
            "The switch stops writes in staging within 5 s and is in the runbook",
        ),
        Promise(
            DETECT,
            "Alert when two nodes of {service} accept writes",
            "The drill with two primaries fires the alert within 10 s",
        ),
    ),
)

PLOTS = (QUERY, FAILOVER)
