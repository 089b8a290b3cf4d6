"""Incidents of queues and schedules."""

from apps.reports.operations.demo.words.shapes import (
    ACTION,
    DECISION,
    DETECT,
    NOTE,
    PREVENT,
    PROCESS,
    REPAIR,
    UPDATE,
    Plot,
    Promise,
    Step,
)

POISON = Plot(
    slug="poison",
    tail="behind one unreadable message",
    needs="queue",
    tags=("queue", "poison-message"),
    trigger="A message with a currency that the schema does not know could not be read, and was tried again for ever.",
    factors=(
        "A message that cannot be read is retried without end and blocks what stands behind it.",
        "The producer gained the new value a day before the consumer.",
        "The alert watches the length of the queue, which grows slowly at night.",
    ),
    detected="The queue-age alert fired after forty minutes.",
    steps=(
        Step(
            UPDATE,
            "{service} stands still: the first message of one partition fails again and again. {many} {noun} wait.",
        ),
        Step(NOTE, "The message holds a value that our schema does not know. It is the only one so far."),
        Step(DECISION, "Set the message aside and go on; it can be delivered later by hand."),
        Step(ACTION, "Message set aside, the partition moves. 900 a minute are worked off."),
        Step(UPDATE, "The backlog is done. The message is delivered once the schema knows the value."),
    ),
    mitigated="The message was set aside, and the backlog of the partition was worked off.",
    tried="A restart of the consumer was tried; it met the same message first.",
    repaired="The schema learnt the value and the message was delivered the same day.",
    well=("Setting a message aside is a documented command.", "Order within the partition was kept."),
    poorly=(
        "One message could stop a partition for ever.",
        "The age of the oldest message was not on the dashboard.",
    ),
    lucky="The partition holds test merchants mostly.",
    surprise="The retry has no limit since a library upgrade in autumn.",
    lesson="Every consumer needs a place for what it cannot read, and an alert on that place.",
    items=(
        Promise(
            PREVENT,
            "Set unreadable messages of {service} aside after five tries",
            "A broken message in staging ends in the dead-letter queue and the rest goes on",
        ),
        Promise(
            DETECT,
            "Alert when the oldest message of {service} passes 10 minutes",
            "The alert fires in the drill and names the partition",
        ),
        Promise(
            PREVENT,
            "Check schemas of producers against {service} before deploy",
            "The pipeline of a producer fails on a value the consumer cannot read",
        ),
    ),
)

LAG = Plot(
    slug="lag",
    tail="after a partition move",
    needs="queue",
    tags=("queue", "rebalance"),
    trigger="Partitions were moved to a new broker, and consumers were rebalanced eleven times in twenty minutes.",
    factors=(
        "Each move rebalances all consumers, which stop reading for up to two minutes.",
        "The consumers' session time-out is shorter than a rebalance under load, so one caused the next.",
        "The move was planned for a time at which the nightly export also reads.",
    ),
    detected="The lag alert fired at 30 minutes of delay.",
    steps=(
        Step(UPDATE, "Consumers of {service} are {rest} minutes behind, and the lag grows. Nothing is lost."),
        Step(NOTE, "Eleven rebalances since the partition move began. Hardly anything is read in between."),
        Step(DECISION, "Stop the move after the present partition and let the consumers settle."),
        Step(ACTION, "Move stopped; session time-out raised from 10 s to 45 s on the running consumers."),
        Step(UPDATE, "No rebalance for ten minutes. The lag shrinks by two minutes a minute."),
    ),
    mitigated="The move was stopped and the session time-out raised; consumers caught up within the hour.",
    tried="More consumers were added first, and each of them set off a rebalance of its own.",
    repaired="The remaining partitions were moved the week after, one an hour.",
    well=(
        "Nothing was lost or read twice.",
        "The lag is graphed by consumer group, which named the affected readers.",
    ),
    poorly=(
        "The runbook for moves does not mention consumers.",
        "Adding consumers made it worse for a quarter of an hour.",
    ),
    lucky="The export could be started again without harm.",
    surprise="A rebalance takes two minutes with our number of partitions; we thought seconds.",
    lesson="Moving data is also a change for whoever reads it.",
    items=(
        Promise(
            PREVENT,
            "Move partitions of {service} one an hour, outside the export",
            "The move tool refuses a second move within the hour",
        ),
        Promise(
            PREVENT,
            "Raise the session time-out of consumers of {service}",
            "A rebalance in the load test does not cause another",
        ),
        Promise(
            PROCESS,
            "Add readers to the runbook for partition moves",
            "The runbook lists how to see, warn and pause consumers",
        ),
    ),
)

OVERLAP = Plot(
    slug="overlap",
    tail="while last night's job was still running",
    needs="batch",
    tags=("batch", "schedule"),
    trigger="The nightly job took nine hours instead of three and was still running when its next run began.",
    factors=(
        "Nothing keeps two runs of the job from working on the same rows.",
        "The job's duration has doubled since spring and is shown nowhere.",
        "Its lock has a lifetime of six hours, which used to be plenty.",
    ),
    detected="A colleague saw doubled numbers in a morning report.",
    steps=(
        Step(
            UPDATE,
            "Two runs of the nightly job of {service} work on the same rows. {many} {noun} may be counted twice.",
        ),
        Step(ACTION, "Stopped the younger run; the older one goes on."),
        Step(NOTE, "The lock of the first run ended after six hours, so the second one began."),
        Step(UPDATE, "The first run is done. Rows touched by both are listed and being computed again."),
    ),
    mitigated="The younger run was stopped and the older one allowed to finish.",
    tried="Stopping both was considered; the older run was an hour from its end.",
    repaired="Rows touched by both runs were computed again and compared with the day before.",
    well=(
        "Every row names the run that wrote it, so the doubled ones were found.",
        "Reports were marked as provisional within ten minutes.",
    ),
    poorly=("A lock that ends by itself is not a lock.", "Nobody watches how long jobs take."),
    lucky="The doubled numbers were large enough to be seen.",
    surprise="The job had been within minutes of the limit for three weeks.",
    lesson="A lock must be held by the one who works, not by a guess how long it takes.",
    items=(
        Promise(
            PREVENT,
            "Renew the lock of the nightly job in {service} while it runs",
            "A second run in staging waits as long as the first one lives",
        ),
        Promise(
            DETECT,
            "Alert when the nightly job of {service} passes 5 hours",
            "The alert compares with the last 14 nights",
        ),
        Promise(
            REPAIR,
            "Make the nightly job of {service} work in steps that can be repeated",
            "Running a step twice leaves the same rows",
        ),
    ),
)

PLOTS = (POISON, LAG, OVERLAP)
