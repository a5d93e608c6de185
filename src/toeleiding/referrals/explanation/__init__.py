"""Step 4: the explanation in two languages, and the proof that it was given."""
