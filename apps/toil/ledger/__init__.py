"""Hours that plans for less toil were to save, beside those that the log says they saved."""
