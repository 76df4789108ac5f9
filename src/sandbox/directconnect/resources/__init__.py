"""The things of Direct Connect, as plain data, and how AWS shows each of them."""
