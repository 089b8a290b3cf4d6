"""Incidents that a release, a flag or a setting of ours set off."""

from apps.reports.operations.demo.words.shapes import (
    ACTION,
    DECISION,
    DETECT,
    MITIGATE,
    NOTE,
    PREVENT,
    PROCESS,
    REPAIR,
    UPDATE,
    Plot,
    Promise,
    Step,
)

LEAK = Plot(
    slug="leak",
    tail="after release {version}",
    needs="",
    tags=("memory", "release"),
    trigger="Release {version} kept every parsed request body in a list that is only emptied at shutdown.",
    factors=(
        "The canary runs for twenty minutes; the leak needs two hours to show.",
        "Instances were killed one after the other for lack of memory, and the rest took their load.",
        "Memory is graphed per cluster, where the sawtooth of restarts averages out.",
    ),
    detected="The error alert fired when the third instance was killed within ten minutes.",
    steps=(
        Step(
            UPDATE,
            "Instances of {service} restart every few minutes; {peak}% of requests fail while they do.",
        ),
        Step(
            NOTE, "Memory grows by 40 MB a minute on every instance since release {version}, 2 h 10 min ago."
        ),
        Step(ACTION, "Rolling back to {older}, one zone at a time."),
        Step(UPDATE, "Two of three zones run {older}. Failures are at {rest}%."),
    ),
    mitigated="Rolling back to {older} ended the restarts.",
    tried="Doubling the memory limit bought forty minutes in one zone and was not repeated.",
    repaired="The list was removed and the release went out again two days later.",
    well=(
        "The first guess was right: the release was the newest change.",
        "Rolling back zone by zone kept two thirds of the capacity.",
    ),
    poorly=(
        "A canary of twenty minutes cannot see a slow leak.",
        "Restarts for lack of memory raise no alert of their own.",
    ),
    lucky="The release had been held back for a day and met the quiet part of the week.",
    surprise="The same pattern exists in two other services.",
    lesson="Some faults need hours to show; the canary should last longer than they do, or watch slopes.",
    items=(
        Promise(
            DETECT,
            "Alert when instances of {service} are killed for lack of memory",
            "One kill is a ticket, three in ten minutes page",
        ),
        Promise(
            PREVENT,
            "Compare memory slopes in the canary of {service}",
            "The canary of this release fails when it is run again",
        ),
        Promise(
            REPAIR, "Remove the list of request bodies in {service}", "Memory is flat over a 24 h soak test"
        ),
    ),
)

FLAG = Plot(
    slug="flag",
    tail="after a feature flag reached everyone",
    needs="http",
    tags=("feature-flag", "change"),
    trigger="A feature flag meant for 1% of the traffic was saved without a percentage, which means everybody.",
    factors=(
        "An empty percentage means 100, in the tool and nowhere else.",
        "Flags take effect within seconds everywhere and pass no canary.",
        "The new path calls {other} twice per request, which was fine for 1%.",
    ),
    detected="The error alert of {other} fired first; {service} followed a minute later.",
    steps=(
        Step(
            UPDATE,
            "{other} runs at twice its usual load and {peak}% of {noun} fail. No deploy in the last two hours.",
        ),
        Step(NOTE, "A flag was changed at the minute the load doubled. Its percentage is empty."),
        Step(ACTION, "Flag switched off."),
        Step(UPDATE, "Load is back to normal; {rest}% of {noun} still fail while queues drain."),
    ),
    mitigated="Switching the flag off took the load away within a minute; queues drained in ten more.",
    tried="{other} was scaled up before the flag was found, which needs eight minutes to help.",
    repaired="About {many} {noun} were repeated from their queue.",
    well=("The flag log names the minute, which ended the search.", "Switching off needs no approval."),
    poorly=(
        "Flag changes are not on the deploy calendar.",
        "The form accepts an empty percentage without a word.",
    ),
    lucky="The new path only reads; a path that writes would have left work behind.",
    surprise="Empty means everybody. Most of us would have said nobody.",
    lesson="A flag is a release and deserves a canary and a place on the calendar.",
    items=(
        Promise(
            PREVENT,
            "Refuse an empty percentage in the flag tool",
            "The form asks for a number, and the API answers 400 without one",
        ),
        Promise(
            PREVENT,
            "Move flags of {service} from 1% to everybody in steps",
            "The tool refuses a step larger than tenfold",
        ),
        Promise(
            DETECT,
            "Show flag changes on the dashboards of {service}",
            "A flag change draws a line on every graph within 30 s",
        ),
    ),
)

ROLLOUT = Plot(
    slug="rollout",
    tail="during a config rollout",
    needs="",
    tags=("configuration", "change"),
    trigger="A configuration file with a new default was rolled out to all zones at once.",
    factors=(
        "Configuration skips the stages that code goes through.",
        "The new default halves a time-out, which only matters under load.",
        "The validation checks that the file can be read, not what it does.",
    ),
    detected="The alert fired in all zones within the same minute.",
    steps=(
        Step(UPDATE, "{peak}% of {noun} fail in all zones since the config rollout of {service}."),
        Step(ACTION, "Rolling the configuration back. It takes about six minutes to arrive everywhere."),
        Step(NOTE, "The new default ends calls to {other} after 1 s; its p95 is 900 ms at this hour."),
        Step(UPDATE, "The old configuration is everywhere; failures are at {rest}% and falling."),
    ),
    mitigated="The old configuration was rolled back to all zones, which took six minutes.",
    tried="Overriding the value on one zone was started and given up when the rollback was quicker.",
    repaired="The time-out returned with a value measured at peak.",
    well=("The line on the graph and the rollout were the same minute.", "The rollback is one command."),
    poorly=(
        "All zones at once left no zone to compare with.",
        "Six minutes to arrive is long when everything fails.",
    ),
    lucky="The rollout was started by hand, so somebody was watching.",
    surprise="The old default had never been written down; it was the library's.",
    lesson="Configuration is code and goes out the same way, zone by zone.",
    items=(
        Promise(
            PREVENT,
            "Roll out configuration of {service} zone by zone",
            "A rollout stops by itself when the first zone's errors rise",
        ),
        Promise(
            MITIGATE,
            "Make configuration of {service} arrive within a minute",
            "The rollback drill takes less than 60 s in all zones",
        ),
        Promise(
            PREVENT,
            "Write down the time-outs between {service} and {other}",
            "Both sides name their values in the catalogue, and a test compares them",
        ),
    ),
)

SECRET = Plot(
    slug="secret",
    tail="after a credential was rotated",
    needs="",
    tags=("secrets", "change"),
    trigger="The quarterly rotation replaced a credential that one deployment still read from its old place.",
    factors=(
        "Two deployments of {service} read the same secret from two places since the last migration.",
        "The old value was withdrawn after an hour, when the first deployment had been verified.",
        "Failed logins to {other} are logged as warnings and counted nowhere.",
    ),
    detected="The synthetic check failed three times in a row, one hour after the rotation.",
    steps=(
        Step(UPDATE, "{peak}% of {noun} fail; the share fits one of the two deployments of {service}."),
        Step(NOTE, "That deployment still uses the credential that was withdrawn at the full hour."),
        Step(DECISION, "Bring the old credential back for two hours, agreed with the security team."),
        Step(UPDATE, "Failures stopped. The second deployment is being moved to the new place."),
    ),
    mitigated="The withdrawn credential was valid again for two hours while the second deployment moved.",
    tried="A restart of the deployment was tried and read the old value again.",
    repaired="Both deployments read one place, and the old one was removed.",
    well=(
        "The security team agreed within minutes to bring the credential back.",
        "The rotation keeps the old value for 24 hours, which made it possible.",
    ),
    poorly=(
        "Nobody could list who reads a secret.",
        "The rotation checks that the new value works, not that the old one is unused.",
    ),
    lucky="The withdrawal happened at ten in the morning, with everybody at their desk.",
    surprise="The second place was believed to be gone for a year.",
    lesson="A secret is rotated when nobody uses the old value, and only its readers can say that.",
    items=(
        Promise(
            PREVENT,
            "Keep old credentials of {service} until nobody has used them for a day",
            "The rotation job waits and names who still uses the old value",
        ),
        Promise(
            DETECT,
            "Count failed logins from {service} to {other}",
            "Ten in a minute raise an alert in staging",
        ),
        Promise(
            PROCESS,
            "List the readers of every shared secret",
            "The catalogue shows readers for all secrets of the team",
        ),
    ),
)

PLOTS = (LEAK, FLAG, ROLLOUT, SECRET)
