"""How fast the portal is, as multiples of a yardstick that runs beside it. `./ballast bench` runs it."""
