"""Intake and screening: five short pages, filled with what the registers know, kept while one types."""
