"""Finds what is due, and sums up what became of it; a function of its own, which can delete nothing."""
