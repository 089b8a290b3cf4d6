"""The catalogue of the demo, and where things break: for customers, inside, and for both."""

from apps.reports.operations.demo.words.products_platform import DATA, EDGE, IDENTITY
from apps.reports.operations.demo.words.products_trade import PAYMENTS, SEARCH, STOREFRONT

PRODUCTS = (*PAYMENTS, *SEARCH, *EDGE, *DATA, *IDENTITY, *STOREFRONT)
OUTSIDE = ("for guests", "for large merchants", "in the mobile app", "for new accounts", "in Brazil")
INSIDE = ("in one availability zone", "in the Auckland zone", "on one pool", "in ap-south", "in us-east")
EVERYWHERE = ("in eu-west", "in eu-central", "in us-east", "in ap-south")
