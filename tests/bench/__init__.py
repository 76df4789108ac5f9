"""What the function costs: calls, milliseconds, megabytes and delay, each beside the bound that it must keep."""
