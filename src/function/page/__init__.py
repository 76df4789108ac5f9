"""Makes a page for people of each plan and each report; a function of its own, which can delete nothing."""
