"""Incidents between machines: policies, certificates, names."""

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

FIREWALL = Plot(
    slug="firewall",
    tail="after a firewall policy change",
    needs="http",
    tags=("network", "change"),
    trigger="A firewall policy that closes idle connections was rolled out to {place}.",
    factors=(
        "{service} keeps connections to {other} open for an hour and does not test them before use.",
        "The policy drops packets silently, so the client waits for its own time-out of 20 s.",
        "The change was tested with new connections; they were never affected.",
    ),
    detected="The latency alert fired twelve minutes after the rollout reached {place}.",
    steps=(
        Step(
            UPDATE,
            "{peak}% of {noun} in {place} time out; other regions are fine. Started without a deploy of ours.",
        ),
        Step(ACTION, "Rolled {service} back to {older}. It made no difference; back on {version}."),
        Step(
            NOTE, "Connections to {other} stay half-open after the firewall change. New connections are fine."
        ),
        Step(
            DECISION,
            "Move the traffic of {place} to the next region until the policy is back to what it was.",
        ),
        Step(UPDATE, "60% of the traffic has moved; time-outs are down from {peak}% to {rest}%."),
    ),
    mitigated="Traffic of {place} was moved to the next region, and the firewall policy was rolled back.",
    tried="Release {version} was rolled back first, because it had gone out the same morning. It was innocent.",
    repaired="Failed {noun} were repeated by their callers; {many} were followed up by hand.",
    well=(
        "Moving traffic between regions took nine minutes.",
        "The network team joined within four minutes of being asked.",
    ),
    poorly=(
        "Network changes do not show on the deploy calendar.",
        "A connection that answers nothing looks like a slow partner.",
    ),
    lucky="The policy reached one region first; the next wave was an hour away.",
    surprise="The client library reuses a connection for up to an hour without a test.",
    lesson="Whatever keeps connections open must notice when they are dead.",
    items=(
        Promise(
            DETECT,
            "Alert on half-open connections from {service}",
            "Dropping packets in staging fires the alert within 2 min",
        ),
        Promise(
            PREVENT,
            "Test idle connections of {service} before they are used",
            "An idle connection that was cut is replaced without an error in the test",
        ),
        Promise(
            PROCESS,
            "Show network changes on the deploy calendar",
            "The last three firewall changes appear on the calendar by themselves",
        ),
    ),
)

CERTIFICATE = Plot(
    slug="certificate",
    tail="after a certificate expired",
    needs="tls",
    tags=("certificate", "expiry"),
    trigger="The certificate of one listener expired at midnight UTC.",
    factors=(
        "The listener was added by hand during a migration and never joined the renewal job.",
        "The expiry check reads the list that the renewal job keeps, so what is missing there is never checked.",
        "Clients cache the handshake for hours, which spread the failures thinly at first.",
    ),
    detected="A partner reported failing handshakes by mail; our probes use the other listener.",
    steps=(
        Step(UPDATE, "TLS handshakes with {service} fail for {peak}% of clients in {place}."),
        Step(NOTE, "One listener serves a certificate that expired at 00:00 UTC. The others are fine."),
        Step(ACTION, "Issued a new certificate by hand; it needs an approval of the security team."),
        Step(ACTION, "The certificate is installed on the first node and answers correctly."),
        Step(
            UPDATE,
            "All nodes serve the new certificate. Failures are down to {rest}% and falling as clients reconnect.",
        ),
    ),
    mitigated="A new certificate was issued, approved and installed on all nodes of the listener.",
    tried="Removing the listener from DNS was prepared, but partners pin its address.",
    repaired="The listener was added to the renewal job, and renewed once more to prove it.",
    well=("The approval took six minutes at night.", "The runbook for issuing by hand was exact."),
    poorly=(
        "We learnt of it from a partner.",
        "The expiry check looks at our list instead of at what is served.",
    ),
    lucky="The partner that noticed first has a person on duty at night.",
    surprise="Three more listeners were missing from the renewal job.",
    lesson="Check what is served, from outside, and never what we believe we serve.",
    items=(
        Promise(
            DETECT,
            "Check the certificates that {service} really serves",
            "Every listener in DNS is probed daily and warns 21 days ahead",
        ),
        Promise(
            PREVENT,
            "Refuse listeners of {service} that the renewal job does not know",
            "A listener made by hand is reported within a day",
        ),
        Promise(
            PREVENT,
            "Move certificate expiry check of {service} into CI",
            "The pipeline fails when a certificate in use ends within 30 days",
        ),
    ),
)

RESOLVERS = Plot(
    slug="resolvers",
    tail="while DNS resolvers restarted",
    needs="",
    tags=("dns", "network"),
    trigger="The resolvers of two zones were restarted at the same time for an upgrade.",
    factors=(
        "Both zones were in the same maintenance group.",
        "{service} looks names up for each call and does not keep the answer.",
        "The library waits 5 s for the first resolver before it asks the second.",
    ),
    detected="The error alert fired and cleared by itself twice within six minutes.",
    steps=(
        Step(
            UPDATE, "Short bursts of errors on {service}: {peak}% for about a minute, then fine, then again."
        ),
        Step(NOTE, "The bursts match restarts of DNS resolvers in two zones."),
        Step(ACTION, "Asked to stop the resolver upgrade; it is paused after zone b."),
        Step(UPDATE, "No errors since the upgrade is paused."),
    ),
    mitigated="The resolver upgrade was paused; errors stopped with it.",
    tried="{service} was restarted in one zone before the resolvers were suspected.",
    repaired="The upgrade went on zone by zone two days later, without errors.",
    well=(
        "The upgrade could be paused by anybody in its channel.",
        "The pattern of two bursts was recognised from an earlier incident.",
    ),
    poorly=("Resolver upgrades were not on the deploy calendar.", "One slow resolver costs every call 5 s."),
    lucky="The third zone was not part of the group.",
    surprise="Names are looked up for every call.",
    lesson="Name resolution is a hard dependency of everything and should be drawn as one.",
    items=(
        Promise(
            PREVENT,
            "Restart DNS resolvers one zone at a time",
            "The maintenance tool refuses two zones in one group",
        ),
        Promise(
            MITIGATE,
            "Keep name look-ups of {service} for 30 s",
            "Stopping all resolvers in staging for 20 s causes no errors",
        ),
        Promise(
            PROCESS,
            "Put resolver upgrades on the deploy calendar",
            "The next upgrade appears on the calendar by itself",
        ),
    ),
)

PLOTS = (FIREWALL, CERTIFICATE, RESOLVERS)
