"""Time that is measured while somebody works."""
