"""What takes people's time again and again, team by team."""

from apps.reports.operations.demo.words.shapes import Chore
from apps.toil.models import Category, Trigger

BUSINESS = Category.BUSINESS_PROCESS
INTERRUPT = Category.PRODUCTION_INTERRUPT
SHEPHERDING = Category.RELEASE_SHEPHERDING
MIGRATION = Category.MIGRATION
CAPACITY = Category.COST_CAPACITY
OPAQUE = Category.OPAQUE_TROUBLESHOOTING
OTHER = Category.OTHER
PAGE, TICKET, REQUEST = Trigger.PAGE, Trigger.TICKET, Trigger.REQUEST
SCHEDULED, RELEASE, SELF = Trigger.SCHEDULED, Trigger.RELEASE, Trigger.SELF

EVERYWHERE = (
    Chore("Grant dashboard access", BUSINESS, REQUEST, 4, 10),
    Chore("Rotate a certificate", BUSINESS, SCHEDULED, 2, 35),
    Chore("Answer “is it down?” in chat", OPAQUE, REQUEST, 5, 15),
    Chore("Restart an instance out of memory", INTERRUPT, PAGE, 4, 15),
    Chore("Dependency update by hand", SHEPHERDING, RELEASE, 3, 45),
    Chore("Rebuild a failed pipeline", SHEPHERDING, RELEASE, 5, 20),
    Chore("Copy settings to a new zone", MIGRATION, SCHEDULED, 2, 55),
    Chore("Resize machines after an alert", CAPACITY, PAGE, 2, 40),
    Chore("Read logs for support", OPAQUE, TICKET, 4, 35),
    Chore("Close duplicate alerts", INTERRUPT, PAGE, 4, 10),
    Chore("Fix the on-call sheet", OTHER, SELF, 1, 20),
)

CHORES: dict[str, tuple[Chore, ...]] = {
    "payments": (
        Chore("Restart stuck consumer", INTERRUPT, PAGE, 9, 30, "refunds-worker"),
        Chore("Settlement re-run", BUSINESS, TICKET, 7, 55, "payout-files"),
        Chore("Merchant access grants", BUSINESS, REQUEST, 8, 25, "payments-api"),
        Chore("Flaky canary triage", SHEPHERDING, RELEASE, 6, 40, "payments-api"),
        Chore("Noisy latency page", INTERRUPT, PAGE, 7, 20, "payments-api"),
        Chore("Orphaned refund clean-up", BUSINESS, TICKET, 4, 50, "refunds-worker"),
        Chore("Match bank statement by hand", BUSINESS, SCHEDULED, 3, 70, "ledger-writer"),
        Chore("Correct a merchant's payout account", BUSINESS, TICKET, 3, 30, "payout-files"),
        Chore("Re-send webhook for one merchant", INTERRUPT, REQUEST, 5, 15, "payments-api"),
        Chore("Watch the settlement window", BUSINESS, SCHEDULED, 5, 35, "payout-files"),
        Chore("Explain a declined card to support", OPAQUE, REQUEST, 4, 25, "payments-api"),
        Chore("Update exchange rate by hand", INTERRUPT, PAGE, 2, 20, "fx-rates"),
        Chore("Move merchant to the new ledger", MIGRATION, SCHEDULED, 3, 60, "ledger-writer"),
        Chore("Clear duplicate ledger warnings", INTERRUPT, TICKET, 3, 30, "ledger-writer"),
        Chore("Weekly card scheme report", BUSINESS, SCHEDULED, 1, 90, "payments-api"),
        Chore("Raise partner quota by mail", CAPACITY, REQUEST, 1, 25, "payments-api"),
    ),
    "search": (
        Chore("Re-index one category", INTERRUPT, TICKET, 7, 35, "search-index"),
        Chore("Restart the index follower", INTERRUPT, PAGE, 6, 25, "search-index"),
        Chore("Add synonyms on request", BUSINESS, REQUEST, 8, 20, "search-api"),
        Chore("Boost a product by hand", BUSINESS, REQUEST, 6, 15, "search-api"),
        Chore("Check nightly features", BUSINESS, SCHEDULED, 5, 30, "ranking-features"),
        Chore("Re-run the feature job", INTERRUPT, PAGE, 4, 45, "ranking-features"),
        Chore("Block a bad suggestion", BUSINESS, TICKET, 5, 15, "suggest-api"),
        Chore("Resize shards", CAPACITY, SCHEDULED, 2, 90, "search-index"),
        Chore("Find out why a product is missing", OPAQUE, TICKET, 5, 40, "search-api"),
        Chore("Warm caches after release", SHEPHERDING, RELEASE, 4, 30, "search-api"),
        Chore("Compare ranking before release", SHEPHERDING, RELEASE, 3, 50, "search-api"),
        Chore("Move a language to the new analyser", MIGRATION, SCHEDULED, 2, 80, "search-index"),
        Chore("Silence flapping lag alert", INTERRUPT, PAGE, 5, 10, "search-index"),
        Chore("Weekly search quality sheet", BUSINESS, SCHEDULED, 1, 80, "search-api"),
    ),
    "edge-platform": (
        Chore("Approve a firewall request", BUSINESS, TICKET, 9, 20, "edge-proxy"),
        Chore("Issue a certificate by hand", BUSINESS, TICKET, 6, 35, "edge-proxy"),
        Chore("Restart a proxy that leaks", INTERRUPT, PAGE, 6, 20, "edge-proxy"),
        Chore("Purge pages on request", BUSINESS, REQUEST, 8, 10, "cdn-purge"),
        Chore("Raise a customer's rate limit", BUSINESS, REQUEST, 6, 15, "rate-limiter"),
        Chore("Drain a zone for maintenance", SHEPHERDING, SCHEDULED, 3, 60, "edge-proxy"),
        Chore("Block an abusive network", INTERRUPT, PAGE, 4, 25, "edge-proxy"),
        Chore("Add DNS records on request", BUSINESS, TICKET, 6, 15, "dns-resolver"),
        Chore("Find out why one office is slow", OPAQUE, TICKET, 3, 60, "edge-proxy"),
        Chore("Move a domain to the new edge", MIGRATION, SCHEDULED, 4, 50, "edge-proxy"),
        Chore("Check certificate expiry list", BUSINESS, SCHEDULED, 2, 40, "edge-proxy"),
        Chore("Shepherd the proxy rollout", SHEPHERDING, RELEASE, 4, 70, "edge-proxy"),
        Chore("Order capacity for a sale", CAPACITY, SCHEDULED, 1, 90, "edge-proxy"),
        Chore("Noisy handshake alert", INTERRUPT, PAGE, 6, 15, "edge-proxy"),
    ),
    "data-platform": (
        Chore("Re-run last night's load", INTERRUPT, PAGE, 8, 50, "warehouse-loader"),
        Chore("Backfill a table on request", BUSINESS, TICKET, 6, 60, "warehouse-loader"),
        Chore("Move partitions", CAPACITY, SCHEDULED, 3, 80, "stream-broker"),
        Chore("Reset a consumer offset", INTERRUPT, TICKET, 6, 25, "stream-broker"),
        Chore("Grant access to a data set", BUSINESS, REQUEST, 9, 15, "warehouse-loader"),
        Chore("Unstick a nightly job", INTERRUPT, PAGE, 7, 30, "job-scheduler"),
        Chore("Find out why a number differs", OPAQUE, TICKET, 5, 70, "warehouse-loader"),
        Chore("Remove old snapshots", CAPACITY, SCHEDULED, 3, 35, "metrics-store"),
        Chore("Rename a metric for a team", BUSINESS, REQUEST, 4, 20, "metrics-store"),
        Chore("Replace a broker disk", INTERRUPT, PAGE, 2, 90, "stream-broker"),
        Chore("Copy a job to the new scheduler", MIGRATION, SCHEDULED, 5, 55, "job-scheduler"),
        Chore("Explain the cost report", BUSINESS, REQUEST, 2, 40, "warehouse-loader"),
        Chore("Shepherd the broker upgrade", SHEPHERDING, RELEASE, 2, 90, "stream-broker"),
        Chore("Silence late-report alert", INTERRUPT, PAGE, 5, 10, "warehouse-loader"),
    ),
    "identity": (
        Chore("Unlock an account", BUSINESS, TICKET, 9, 15, "auth-gateway"),
        Chore("Connect a customer's single sign-on", BUSINESS, TICKET, 5, 80, "auth-gateway"),
        Chore("Access review spreadsheet", BUSINESS, SCHEDULED, 3, 75, "admin-console"),
        Chore("Re-run the audit export", INTERRUPT, PAGE, 5, 35, "audit-export"),
        Chore("Reset a lost second factor", BUSINESS, REQUEST, 7, 20, "auth-gateway"),
        Chore("Change roles for support", BUSINESS, REQUEST, 6, 15, "admin-console"),
        Chore("Find out why a session ended", OPAQUE, TICKET, 4, 45, "session-store"),
        Chore("Rotate a signing key", BUSINESS, SCHEDULED, 2, 50, "auth-gateway"),
        Chore("Restart the session replica", INTERRUPT, PAGE, 3, 30, "session-store"),
        Chore("Answer an auditor's question", BUSINESS, REQUEST, 3, 50, "audit-export"),
        Chore("Move a customer to the new tokens", MIGRATION, SCHEDULED, 3, 45, "auth-gateway"),
        Chore("Shepherd the gateway release", SHEPHERDING, RELEASE, 4, 50, "auth-gateway"),
        Chore("False sign-in alarm", INTERRUPT, PAGE, 5, 15, "auth-gateway"),
        Chore("Remove accounts of leavers", BUSINESS, SCHEDULED, 4, 25, "admin-console"),
    ),
    "storefront": (
        Chore("Fix a price on request", BUSINESS, REQUEST, 8, 15, "catalogue-api"),
        Chore("Re-send a receipt", BUSINESS, TICKET, 6, 10, "notify-worker"),
        Chore("Restart the picture resizer", INTERRUPT, PAGE, 5, 25, "media-store"),
        Chore("Checkout release by hand", SHEPHERDING, RELEASE, 6, 60, "checkout-web"),
        Chore("Flaky browser test triage", SHEPHERDING, RELEASE, 7, 35, "checkout-web"),
        Chore("Correct stock of one product", BUSINESS, TICKET, 6, 20, "catalogue-api"),
        Chore("Voucher does not work", OPAQUE, TICKET, 5, 40, "checkout-web"),
        Chore("Upload campaign pictures", BUSINESS, REQUEST, 5, 30, "media-store"),
        Chore("Check translations before launch", BUSINESS, SCHEDULED, 3, 45, "checkout-web"),
        Chore("Purge a wrong page", INTERRUPT, REQUEST, 4, 15, "catalogue-api"),
        Chore("Provider outage watch", INTERRUPT, PAGE, 3, 40, "notify-worker"),
        Chore("Move templates to the new mailer", MIGRATION, SCHEDULED, 4, 50, "notify-worker"),
        Chore("Noisy checkout latency page", INTERRUPT, PAGE, 6, 15, "checkout-web"),
        Chore("Campaign capacity check", CAPACITY, SCHEDULED, 2, 60, "checkout-web"),
    ),
}
