"""Weeks that wait for what their person says of them."""
