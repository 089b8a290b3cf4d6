"""What drives toil, such as a number of hosts, and whether a source grows with it."""
