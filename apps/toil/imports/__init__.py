"""Time that people logged in other tools, read from their CSV files. Only the forms and filters know the database."""
