"""What stands behind ./ballast; nothing in apps/ or config/ imports it."""
