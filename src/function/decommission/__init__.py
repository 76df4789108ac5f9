"""Take an AWS Direct Connect connection out of service without breaking anything that still needs it."""
