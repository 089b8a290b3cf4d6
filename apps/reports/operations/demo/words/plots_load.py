"""Incidents in which more came in than could be served."""

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

POOL = Plot(
    slug="pool",
    tail="after the connection pool ran dry",
    needs="database",
    tags=("connection-pool", "capacity"),
    trigger="Release {version} opened a second database connection in requests that write an audit row.",
    factors=(
        "Each request could hold two connections, while the pool was sized for one.",
        "The load test runs without the audit feature, so it never needed the second connection.",
        "The pool waits 30 s for a free connection, longer than callers wait for their answer.",
    ),
    detected="The availability alert of {service} fired after two minutes of elevated errors.",
    steps=(
        Step(
            UPDATE,
            "{peak}% of requests to {service} fail with a timeout, all zones alike. Database load is normal.",
        ),
        Step(
            NOTE,
            "All 40 connections of every instance are taken; about 300 requests wait for one at any moment.",
        ),
        Step(ACTION, "Raised the pool from 40 to 60 on one instance. It filled within a minute."),
        Step(
            NOTE,
            "Waiting requests hold one connection and ask for a second. The pool cannot drain by itself.",
        ),
        Step(
            DECISION,
            "Roll back to {older}. The audit rows of the last hour will be written again from the event log.",
        ),
        Step(UPDATE, "Rollback is on half of the instances; failures are down from {peak}% to {rest}%."),
    ),
    mitigated="Going back to {older} freed the second connection; the pools drained within four minutes.",
    tried="A larger pool on one instance only moved the limit; it was full again after a minute.",
    repaired="Audit rows of the window were rebuilt from the event log and compared by count.",
    well=(
        "The pool graph showed the limit at once.",
        "Rollback took four minutes, from decision to recovery.",
    ),
    poorly=(
        "Nothing warned while the pool grew from 60% to 100% over a week.",
        "The dashboard shows connections per host; the number that mattered was requests waiting.",
    ),
    lucky="The release went out at half past nine; the evening peak would have filled the pool in seconds.",
    surprise="We believed that a request holds one connection. Nothing in the code or the tests said so.",
    lesson="A pool needs two numbers on its dashboard: how full it is, and how many wait.",
    items=(
        Promise(
            DETECT,
            "Alert when requests wait for a connection in {service}",
            "A test alert fires in staging when ten requests wait longer than 1 s",
        ),
        Promise(
            PREVENT,
            "Use one connection per request in {service}",
            "The integration suite fails when a request opens a second connection",
        ),
        Promise(
            PREVENT,
            "Load-test {service} with audit rows switched on",
            "The nightly load test writes audit rows and holds twice the peak",
        ),
        Promise(
            MITIGATE,
            "Make waiting for a connection in {service} time out before callers do",
            "The pool gives up after 2 s in all environments",
        ),
    ),
)

STAMPEDE = Plot(
    slug="stampede",
    tail="after a cache node was replaced",
    needs="cache",
    tags=("cache", "capacity"),
    trigger="A cache node was replaced for a kernel patch, and a fifth of all keys were cold at once.",
    factors=(
        "Every miss asks the database by itself; nothing lets one request fill the cache for the others.",
        "Keys of one listing expire in the same second, so the database met the misses in waves.",
        "The replacement runbook warms the cache for the old key layout, which was retired in spring.",
    ),
    detected="The latency alert of {service} fired four minutes after the replacement.",
    steps=(
        Step(
            UPDATE,
            "{service} is slow: p99 is 6 s, {peak}% of requests time out. Cache hits fell from 96% to 71%.",
        ),
        Step(NOTE, "The replaced node is healthy but empty. The database runs at 98% of its processor time."),
        Step(ACTION, "Serving listings that are up to ten minutes old instead of asking the database."),
        Step(UPDATE, "Time-outs are down to {rest}%. The hit rate rises by one point a minute."),
        Step(NOTE, "The warm-up script finished with 0 keys written: it uses the old key layout."),
    ),
    mitigated="Old answers were served for ten minutes while the cache filled, which took the load off the database.",
    tried="The warm-up script of the runbook was run first. It reported success and wrote nothing.",
    repaired="The remaining keys were warmed from the access log of the day before.",
    well=(
        "Serving stale listings is a switch, and it worked the first time.",
        "The on-call engineer knew the hit-rate panel.",
    ),
    poorly=(
        "A script that writes nothing still reports success.",
        "The replacement was not announced in the channel of the team that owns {service}.",
    ),
    lucky="The largest customer was in its quiet hours.",
    surprise="One node of five carried 31% of the reads.",
    lesson="A cache is part of the capacity of the database behind it, and replacing a node is a load test.",
    items=(
        Promise(
            PREVENT,
            "Let one request fill the cache of {service} for all others",
            "A cold key under load causes one database query in the test",
        ),
        Promise(
            PREVENT,
            "Spread the expiry of listing keys in {service}",
            "No second sees more than 2% of keys expire",
        ),
        Promise(
            PROCESS,
            "Fail the warm-up script when it writes nothing",
            "The script exits with an error for zero keys, and the runbook says so",
        ),
        Promise(
            DETECT,
            "Show the hit rate per cache node on the dashboard of {service}",
            "The panel is on the dashboard and linked from the runbook",
        ),
    ),
)

RETRIES = Plot(
    slug="retries",
    tail="under a wave of retries",
    needs="http",
    tags=("retries", "overload"),
    trigger="A short slow-down of {other} made clients of {service} retry, three times each and without a pause.",
    factors=(
        "Three layers retry, and each multiplies the layer above: one failed call became up to 27.",
        "Retries carry no jitter, so they arrive together.",
        "{service} accepts more work than it can finish and answers everything late instead of refusing some.",
    ),
    detected="The error-rate alert fired, and support reported {noun} that failed within the same three minutes.",
    steps=(
        Step(UPDATE, "Requests to {service} are at 4.2 times the usual rate; {peak}% fail."),
        Step(NOTE, "{other} has been fast again since ten minutes. What we see is retries of retries."),
        Step(ACTION, "Scaled {service} from 12 to 20 instances. The queue is shorter, the failures stay."),
        Step(DECISION, "Refuse retries at the edge for ten minutes: a failed call fails once."),
        Step(UPDATE, "The rate is back to 1.3 times the usual, failures at {rest}%."),
        Step(ACTION, "Letting retries through again, a tenth of the traffic at a time."),
    ),
    mitigated="Refusing retries at the edge for ten minutes broke the loop; they were let through again step by step.",
    tried="More instances were added first. They took more load without finishing more requests.",
    repaired="Nothing was lost; calls that had failed were repeated by the jobs that own them.",
    well=(
        "The edge could refuse retries without a deploy.",
        "One person kept a written list of what was changed, so all of it was undone.",
    ),
    poorly=(
        "The slow-down of {other} lasted 90 s; ours lasted much longer.",
        "Three teams looked at three dashboards for a quarter of an hour.",
    ),
    lucky="The retry header that the edge matched on is sent by all our clients, which nobody had planned.",
    surprise="The client library retries by default since its last major version.",
    lesson="Count retries as traffic of their own, and give each call chain one layer that may retry.",
    items=(
        Promise(
            PREVENT,
            "Retry calls to {service} in one layer only, with jitter",
            "The library default is off, and a contract test counts calls",
        ),
        Promise(
            MITIGATE,
            "Shed load in {service} when its queue is longer than 2 s",
            "The overload test answers 503 within 50 ms and recovers in a minute",
        ),
        Promise(
            DETECT,
            "Graph retries apart from first calls on {service}",
            "The overview shows both, and the alert names the share of retries",
        ),
    ),
)

PLOTS = (POOL, STAMPEDE, RETRIES)
