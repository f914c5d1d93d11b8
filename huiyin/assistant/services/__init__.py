"""Every write of the assistant, by noun."""
