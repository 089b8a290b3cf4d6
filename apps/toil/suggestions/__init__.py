"""What somebody may want to log: a draft of what they did in an incident, and what comes again."""
