"""My week as a table: its cells, what is typed into them, and what would be written."""
