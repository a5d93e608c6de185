"""The heart: one dossier per newcomer, an append-only timeline, and what the rules make of it."""
