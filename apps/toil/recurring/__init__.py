"""What somebody does again and again: chores that are due, what chips offer, how long it usually takes."""
