"""The exercise population: invented people whose dossiers lived through the years."""
