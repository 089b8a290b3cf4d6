"""One line of toil, as it is typed: its grammar, how it is looked up, and how it was understood."""
