"""What people say they spend on toil, once a quarter, beside what is logged."""
