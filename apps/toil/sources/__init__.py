"""What toil comes from, and whether it is toil."""
