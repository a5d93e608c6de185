"""Who works with whom: organisations, staff, roles, purposes, and the log of who looked at what."""
