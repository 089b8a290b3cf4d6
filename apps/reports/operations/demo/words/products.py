"""The catalogue of the demo, and where things break."""

from apps.reports.operations.demo.words.products_platform import DATA, EDGE, IDENTITY
from apps.reports.operations.demo.words.products_trade import PAYMENTS, SEARCH, STOREFRONT

PRODUCTS = (*PAYMENTS, *SEARCH, *EDGE, *DATA, *IDENTITY, *STOREFRONT)
PLACES = (
    *(
        "in eu-west",
        "in eu-central",
        "in us-east",
        "in ap-south",
        "in the Auckland zone",
        "in one availability zone",
    ),
    *(
        "for guests",
        "for large merchants",
        "in the mobile app",
        "for new accounts",
        "in Brazil",
        "on one pool",
    ),
)
