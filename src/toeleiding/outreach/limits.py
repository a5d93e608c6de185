"""Numbers of the outreach room, each with the fact that argues it."""

from datetime import timedelta

# A page of notices is read like a worklist: one screen and a bit.
ROWS_A_PAGE = 50
# What was written down longer ago than this is history, not news: a population or a restored timeline that is
# recorded with the moments of then must not ring anybody's bell. A fortnight is the first warning of a term.
NEWS_DAYS = 14
# EXPERIENCE 7.1: an operator hears of what fails so long; a hiccup of some minutes mends itself.
FAILING_AFTER = timedelta(minutes=15)
# The days before the end of a term on which its case worker hears of it (EXPERIENCE 7.1).
TERM_WARNINGS = (14, 7, 1)
