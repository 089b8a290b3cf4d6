"""Who works in the demo organisation. Days count back from the day the demo is made."""

from __future__ import annotations

from typing import NamedTuple

FULL = (480, 480, 480, 480, 480)
HALF = (240, 240, 240, 240, 240)
FOUR_DAYS = (480, 480, 480, 480, 0)
BEGINNING = 760  # days ago: before the history begins


class Spell(NamedTuple):
    """A time in a team."""

    team: str
    role: str = "member"
    pct: int = 100
    began: int = BEGINNING
    ended: int | None = None
    counts: bool = True


class Colleague(NamedTuple):
    name: str
    zone: str
    spells: tuple[Spell, ...] = ()
    email: str = ""
    org_role: str = "member"
    hours: tuple[tuple[int, tuple[int, ...]], ...] = ((BEGINNING, FULL),)
    has_left: bool = False


TEAMS = {
    "payments": ("Payments", "Card payments, the ledger, refunds and settlement."),
    "search": ("Search", "Finding products: the index, suggestions and ranking."),
    "edge-platform": ("Edge platform", "Everything between the internet and our services."),
    "data-platform": ("Data platform", "Streams, the warehouse, metrics and nightly jobs."),
    "identity": ("Identity", "Sign-in, sessions, access and audit logs."),
    "storefront": ("Storefront", "What customers see, from product page to receipt."),
}

COLLEAGUES = (
    Colleague("Hanneke Visser", "Europe/Amsterdam", email="admin@ballast.example", org_role="admin"),
    Colleague("Ines Duarte", "Europe/Berlin", (Spell("payments", "lead"),), email="lead@ballast.example"),
    Colleague("Tomas Novak", "Europe/Prague", (Spell("payments"),), email="member@ballast.example"),
    Colleague("Margaret Ellis", "Europe/London", email="auditor@ballast.example", org_role="auditor"),
    Colleague("Priya Raman", "Asia/Kolkata", (Spell("payments"),)),
    Colleague("Lena Hoffmann", "Europe/Berlin", (Spell("payments"),)),
    Colleague("Kofi Mensah", "Africa/Accra", (Spell("payments"),)),
    Colleague(
        "Samuel Adeyemi", "Europe/London", (Spell("storefront", ended=300), Spell("payments", began=300))
    ),
    Colleague("Mateo Rojas", "America/New_York", (Spell("search", "lead"),)),
    Colleague("Yusuf Demir", "Europe/Istanbul", (Spell("search"),)),
    Colleague("Anjali Menon", "Asia/Kolkata", (Spell("search"),), hours=((BEGINNING, HALF),)),
    Colleague("Daniel Kim", "America/New_York", (Spell("search", began=510),), hours=((510, FULL),)),
    Colleague("Freya Holm", "Europe/Copenhagen", (Spell("search", pct=60), Spell("data-platform", pct=40))),
    Colleague("Aiko Tanaka", "Pacific/Auckland", (Spell("edge-platform", "lead"),)),
    Colleague("Wiremu Parata", "Pacific/Auckland", (Spell("edge-platform"),)),
    Colleague("Jonas Weber", "Europe/Berlin", (Spell("edge-platform"),)),
    Colleague("Amara Nwosu", "Europe/London", (Spell("edge-platform"),)),
    Colleague("Lucas Ferreira", "America/Sao_Paulo", (Spell("edge-platform", began=210, counts=False),)),
    Colleague("Oskar Nilsson", "Europe/Stockholm", (Spell("data-platform", "lead"),)),
    Colleague("Rahul Iyer", "Asia/Kolkata", (Spell("data-platform"),)),
    Colleague(
        *("Chloe Bernard", "Europe/Paris", (Spell("data-platform"),)),
        hours=((BEGINNING, FULL), (400, FOUR_DAYS)),
    ),
    Colleague("Zanele Dlamini", "Africa/Johannesburg", (Spell("data-platform"),)),
    Colleague("Noor Haddad", "Europe/London", (Spell("identity", "lead"),)),
    Colleague("Emily Carter", "America/New_York", (Spell("identity"),)),
    Colleague("Mikael Korhonen", "Europe/Helsinki", (Spell("identity"),)),
    Colleague("Leila Farahani", "Europe/Berlin", (Spell("search", ended=420), Spell("identity", began=420))),
    Colleague("Greta Lindqvist", "Europe/Stockholm", (Spell("storefront", "lead"),)),
    Colleague("Hana Sato", "Asia/Tokyo", (Spell("storefront"),)),
    Colleague("Diego Fuentes", "America/New_York", (Spell("storefront"),)),
    Colleague("Sophie Clarke", "Europe/London", (Spell("storefront"),), hours=((BEGINNING, FOUR_DAYS),)),
    Colleague("Owen Hughes", "Europe/London", (Spell("storefront", ended=38),), has_left=True),
)

# For benchmarks: more teams, and people from these two lists.
MORE_TEAMS = (
    *(
        "Billing",
        "Pricing",
        "Inventory",
        "Logistics",
        "Fraud",
        "Loyalty",
        "Mobile",
        "Support tools",
        "Billing ops",
    ),
    *(
        "Subscriptions",
        "Tax",
        "Invoicing",
        "Marketplace",
        "Returns",
        "Warehouse",
        "Fulfilment",
        "Routing",
        "Maps",
    ),
    *(
        "Messaging",
        "Campaigns",
        "Experiments",
        "Analytics",
        "Reporting",
        "Compliance",
        "Vault",
        "Certificates",
    ),
    *(
        "Build",
        "Delivery",
        "Runtime",
        "Networks",
        "Databases",
        "Storage",
        "Backups",
        "Observability",
        "Queues",
    ),
    *(
        "Recommendations",
        "Reviews",
        "Content",
        "Media",
        "Translation",
        "Partners",
        "Onboarding",
        "Accounts",
        "Labs",
    ),
)
FIRST_NAMES = (
    *("Ada", "Bilal", "Carmen", "Dmitri", "Elif", "Farid", "Giulia", "Hugo", "Imani", "Jun", "Katya", "Liam"),
    *(
        "Maya",
        "Nils",
        "Olga",
        "Pedro",
        "Quinn",
        "Rosa",
        "Sven",
        "Tara",
        "Uma",
        "Viktor",
        "Wanda",
        "Xin",
        "Yara",
        "Zoe",
    ),
)
LAST_NAMES = (
    *(
        "Abebe",
        "Bauer",
        "Costa",
        "Diaz",
        "Eriksen",
        "Fischer",
        "Gupta",
        "Hansen",
        "Ivanova",
        "Jensen",
        "Kaya",
        "Lopez",
    ),
    *(
        "Moreau",
        "Nakamura",
        "Olsen",
        "Petrov",
        "Quist",
        "Rossi",
        "Singh",
        "Tran",
        "Usman",
        "Vega",
        "Wong",
        "Young",
    ),
)
ZONES = (
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "Asia/Kolkata",
    "Pacific/Auckland",
    "Asia/Tokyo",
)
