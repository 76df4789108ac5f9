"""Tells people and machines how runs ended; a function of its own, which can delete nothing."""
