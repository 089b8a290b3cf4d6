"""Several entries changed at once."""
