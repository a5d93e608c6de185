"""The agenda: plan, move, call off, note how it went; as a week, as a file and as a private calendar."""
