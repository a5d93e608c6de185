"""Benchmarks: each one measures a ratio to a baseline in the same run, never a bare number of seconds."""
