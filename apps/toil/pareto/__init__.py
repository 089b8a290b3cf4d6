"""What most of the time goes into: sources, categories, services or triggers, largest first."""
