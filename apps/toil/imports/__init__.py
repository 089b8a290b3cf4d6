"""Time that people logged in other tools, read from their CSV files. Nothing here touches the database."""
