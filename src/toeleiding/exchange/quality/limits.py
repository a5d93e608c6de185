"""How much a list of VDAB may differ, and how big it may be: each number with the fact that argues it."""

from datetime import timedelta

# A comparison that wants to ask about more than this part of everybody, and more than a handful, is likelier a wrong
# or half list than a change of one night: registrations last months, so that a night moves about one in a hundred.
GUARD_SHARE = 0.05
GUARD_AT_LEAST = 20
# Dossiers that are locked and written together while a list is carried out: about a second of work.
BATCH = 500
# A list and the service of VDAB that keep contradicting each other are not settled by asking every night.
NOT_AGAIN_WITHIN = timedelta(days=7)
# Long enough for a monthly meeting to look at the people behind the counts; then only counts are left.
ROWS_KEPT = timedelta(days=30)
# Everybody the agencies ever followed, twice; read in memory, about 100 bytes a row.
LIST_ROWS = 400_000
LIST_BYTES = 40_000_000
