"""Toeleiding: from civic integration to work, with VDAB."""
