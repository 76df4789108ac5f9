"""AWS on your own machine; never deployed."""
