"""How large, how long and how many: each number with the fact that argues it."""

from datetime import timedelta

# A list of 100,000 clients with twelve columns is about 12 MB as a spreadsheet; more is another file by mistake.
FILE_BYTES = 25_000_000
ROWS = 120_000
# Below this many bytes somebody waits for the preview without wondering; above it the worker makes it.
READ_AT_ONCE_BYTES = 150_000
# One transaction: short enough that nobody at a screen waits for a lock, long enough to be set-based.
CHUNK = 500
# Who made a mistake notices within weeks; after that the rows of the file are erased and undo with them.
KEPT = timedelta(days=30)
# The header stands on top, under a title and an empty line at most.
HEADER_WITHIN = 10
# Of one row nobody compares more likely persons than this.
CANDIDATES = 3
CELL_CHARACTERS = 300
