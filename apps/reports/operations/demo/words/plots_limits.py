"""Incidents in which a limit was reached that nobody watched."""

from apps.reports.operations.demo.words.shapes import (
    ACTION,
    DECISION,
    DETECT,
    INVESTIGATE,
    MITIGATE,
    NOTE,
    PREVENT,
    PROCESS,
    UPDATE,
    Plot,
    Promise,
    Step,
)

DISK = Plot(
    slug="disk",
    tail="when a data volume filled up",
    needs="storage",
    tags=("disk", "capacity"),
    trigger="A backfill wrote temporary segments to the data volume until it was full.",
    factors=(
        "Temporary segments live on the same volume as the data they are made from.",
        "The alert on free space compares with yesterday, and the backfill grew over three days.",
        "Old snapshots are removed by a job that had been paused for a migration and never resumed.",
    ),
    detected="Writes failed with a disk-full error, and the error alert fired a minute later.",
    steps=(
        Step(UPDATE, "{service} refuses writes in {place}: the data volume has 0 bytes left. Reads work."),
        Step(NOTE, "1.1 TB are snapshots older than 30 days; the job that removes them is paused."),
        Step(DECISION, "Remove snapshots older than 45 days by hand, oldest first, two people on the call."),
        Step(ACTION, "310 GB free. Writes accepted again; the backlog of {noun} is being worked off."),
        Step(UPDATE, "Half of the backlog is done. The backfill stays stopped."),
    ),
    mitigated="Removing expired snapshots freed 310 GB; writes were accepted again and the backlog drained.",
    tried="Growing the volume was tried first; the quota of the account refused it.",
    repaired="The paused job was resumed and the backfill moved to a scratch volume.",
    well=("Reads were never affected.", "Two people checked each removal before it ran."),
    poorly=(
        "The pause of the clean-up job had no end date.",
        "The quota for volumes was reached before anybody knew that there is one.",
    ),
    lucky="Snapshots older than 45 days were not needed by an audit in progress; another month would have been.",
    surprise="A backfill of 40 GB needs 600 GB of temporary space.",
    lesson="Anything that is paused needs a date on which it resumes.",
    items=(
        Promise(
            PREVENT,
            "Give backfills of {service} their own scratch volume",
            "A backfill in staging fills its volume without touching the data",
        ),
        Promise(
            DETECT,
            "Alert on the day {service} will be full, not on the bytes left",
            "The alert predicts from 7 days and fires 10 days ahead",
        ),
        Promise(
            PROCESS,
            "End every pause of a clean-up job by itself",
            "A paused job resumes after 14 days unless renewed",
        ),
        Promise(
            INVESTIGATE,
            "Find what else writes to the data volume of {service}",
            "The list is in the runbook with an owner for each writer",
        ),
    ),
)

TENANT = Plot(
    slug="tenant",
    tail="during one customer's bulk import",
    needs="database",
    tags=("noisy-neighbour", "capacity"),
    trigger="One customer imported 2.4 million rows through the public interface, within its contract.",
    factors=(
        "All customers of a shard share one write queue.",
        "The rate limit counts requests, and one request may carry a thousand rows.",
        "The shard map had not been rebalanced since the customer tripled in size.",
    ),
    detected="Two other customers wrote to support; our own alert watches the average over all shards.",
    steps=(
        Step(UPDATE, "About {many} {noun} of customers on shard 7 are late. Other shards are fine."),
        Step(
            NOTE,
            "One import makes 83% of the writes of the shard. It stays within every limit we have published.",
        ),
        Step(ACTION, "Slowed the import to 200 rows a second; its owner knows and agrees."),
        Step(UPDATE, "The write queue of shard 7 shrinks; delay is down from 9 min to 2 min."),
    ),
    mitigated="The import was slowed to 200 rows a second, agreed with the customer, and the shard caught up.",
    tried="Moving the customer to another shard was prepared and given up: the move would have taken six hours.",
    repaired="Late rows were delivered in order; none was lost.",
    well=(
        "The customer answered within five minutes.",
        "Support had the shard list and named the affected customers at once.",
    ),
    poorly=(
        "An average over shards hides a shard that stands still.",
        "There is no switch to slow one customer; it took a configuration change.",
    ),
    lucky="The import was the first of three; the other two were still planned.",
    surprise="A quarter of the shard's data belongs to one customer.",
    lesson="Limit what costs us, and that is rows and not requests.",
    items=(
        Promise(
            PREVENT,
            "Count rows in the rate limit of {service}",
            "A request with 1,000 rows costs 1,000 in the limiter's test",
        ),
        Promise(
            MITIGATE,
            "Add a switch that slows one customer of {service}",
            "The switch works without a deploy and is in the runbook",
        ),
        Promise(
            DETECT,
            "Alert on the slowest shard of {service}, not the average",
            "Replaying this incident's metrics fires the alert within 3 min",
        ),
    ),
)

QUOTA = Plot(
    slug="quota",
    tail="after a provider quota was reached",
    needs="partner",
    tags=("quota", "provider"),
    trigger="The provider lowered our hourly quota to the contract's figure; until then it had been generous.",
    factors=(
        "The quota is written in the contract only, not in our configuration or monitoring.",
        "The client treats “quota exceeded” like any other error and tries again.",
        "Two environments share one account, and a load test in staging used a third of the hour.",
    ),
    detected="The error alert fired; the provider's answer named the quota.",
    steps=(
        Step(
            UPDATE,
            "The provider refuses {peak}% of our calls with “quota exceeded”. About {many} {noun} are waiting.",
        ),
        Step(ACTION, "Stopped the load test in staging; it uses the same account."),
        Step(
            NOTE, "The quota resets at the full hour. At the present rate we reach it again after 40 minutes."
        ),
        Step(DECISION, "Send urgent calls only until the provider has raised the quota; batch the rest."),
        Step(UPDATE, "The provider has raised the quota to three times the old one. The backlog drains."),
    ),
    mitigated="Calls were reduced to urgent ones until the provider raised the quota.",
    tried="A second account was considered and refused by the contract.",
    repaired="Waiting {noun} were sent in order during the night.",
    well=(
        "The provider's support answered in eight minutes.",
        "Urgent calls could be told apart by a field that exists already.",
    ),
    poorly=("Staging could take quota from production.", "Nobody knew the number in the contract."),
    lucky="The lowering came on a Tuesday; the first of the month would have doubled the backlog.",
    surprise="We had been above the contracted quota every day for two years.",
    lesson="A limit of somebody else is part of our capacity and belongs on the same dashboard.",
    items=(
        Promise(
            DETECT,
            "Show the used share of the provider's quota for {service}",
            "The panel exists and warns at 70%",
        ),
        Promise(
            PREVENT,
            "Give staging its own account with the provider of {service}",
            "Staging keys work, production keys are refused there",
        ),
        Promise(
            MITIGATE,
            "Send urgent calls of {service} first when the quota runs low",
            "The test with 10% quota left sends only urgent calls",
        ),
        Promise(
            PROCESS,
            "List the contracted limits of all providers in the catalogue",
            "Each provider in the catalogue names its limits and where they are monitored",
        ),
    ),
)

PLOTS = (DISK, TENANT, QUOTA)
