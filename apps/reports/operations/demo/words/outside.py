"""What customers of the demo organisation are told, and under which names."""

PAGE = ("Harbour Trade status", "Payments, search and sign-in for merchants")
NAMES = {  # inside: name, address, one line
    "payments-api": ("Card payments", "card-payments", "Authorising and capturing cards"),
    "refunds-worker": ("Refunds", "refunds", "Money back to card holders"),
    "search-api": ("Search", "search", "Finding products in shops"),
    "auth-gateway": ("Sign-in", "sign-in", "For merchants and their customers"),
    "edge-proxy": ("API and websites", "api", "api.harbour.example and all shops"),
}
TOLD = {
    "investigating": (
        "Some {noun} fail or take much longer than usual. What went through before is safe.",
        "We are looking for the reason.",
    ),
    "identified": (
        "About {share} of {noun} are affected.",
        "We know what sets it off and are taking it out of the way. Trying again after a minute often works.",
    ),
    "monitoring": ("{noun} work again.", "We watch for another hour before we call it over."),
    "resolved": ("It is over. Nothing was lost, and nothing has to be done on your side.", ""),
}
SHARES = ("one in twenty", "one in ten", "one in five", "a third")
PART = {  # what a public postmortem says, by what set it off
    "push": (
        "We released a change to the system behind {noun}. It behaved well while few used it and badly under the load "
        "of a working day, and our release went on to all customers before that showed.",
        "We put the former version back, which took longer than it should: our first attempt missed some machines.",
        "- Releases now stop by themselves when {noun} slow down for the first few customers. **Done.**\n"
        "- Putting the former version back takes one step and is practised every month. **By the end of the quarter.**",
    ),
    "load": (
        "More requests for {noun} came in than the system was built to answer at once. Each waited a little "
        "longer than the one before, and those who tried again made the queue longer still.",
        "We turned away the repeated requests first, so that new ones were answered again, and then added capacity.",
        "- The system now refuses early what it cannot answer in time, instead of keeping it waiting. **Done.**\n"
        "- We test each month with twice the load of our busiest day. **From next month on.**",
    ),
    "outside": (
        "A part that {noun} depend on failed at one of our sites. Our system noticed, but kept sending requests there "
        "for too long before it used the other site.",
        "We took the failed site out by hand; from then on everything ran over the other one.",
        "- A site that does not answer is taken out within a minute, without anybody having to decide. **Done.**\n"
        "- Twice a year we switch a site off on purpose to see that it works. **First time this quarter.**",
    ),
    "pipeline": (
        "A step that prepares data for {noun} stopped on one record that it could not read. Everything behind it "
        "waited, and what customers saw grew older.",
        "We set the record aside and let the rest through. All of it was caught up within the hour after.",
        "- One unreadable record no longer holds up the others: it is set aside and looked at. **Done.**\n"
        "- The age of what customers see is measured and raises an alarm. **By the end of the month.**",
    ),
}
SET_OFF = {
    "binary_push": "push",
    "config_push": "push",
    "pipeline": "pipeline",
    "provider_change": "outside",
    "hardware": "outside",
}
HURT = (
    "For {lasted}, about {share} of the {noun} failed or took much longer than usual. Trying again often worked.\n\n"
    "Nothing was lost, nothing was seen by anybody who should not see it, and nothing was charged twice."
)
NAMED = "{noun} failed or were slow"
