"""Measures the function: calls, milliseconds, megabytes and delay, each against its bound."""
