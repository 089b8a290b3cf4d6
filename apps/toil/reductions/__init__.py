"""Plans for less of a source: what they would save, and what came of them."""
