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
