"""The yardstick Y: an ordinary Django and DRF list of 50 out of 100,000 rows, on a table of its own."""
