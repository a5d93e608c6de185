"""Numbers of the outreach room, each with the fact that argues it."""

from datetime import timedelta

# A page of notices is read like a worklist: one screen and a bit.
ROWS_A_PAGE = 50
# What was written down longer ago than this is history, not news: a population or a restored timeline that is
# recorded with the moments of then must not ring anybody's bell. A fortnight is the first warning of a term.
NEWS_DAYS = 14
# EXPERIENCE 7.1: an operator hears of what fails so long; a hiccup of some minutes mends itself.
FAILING_AFTER = timedelta(minutes=15)
# EXPERIENCE 7.1: an office hears of new referrals once in a quarter of an hour, a colleague of what she is given too.
BUNDLE = timedelta(minutes=15)
# Who is away longer than a year has no caseload to come back to: the team lead gives her dossiers to somebody else.
LONGEST_ABSENCE_DAYS = 366
# An hour of work: four calls at a time (INTERFACE 1.4) of some half a second. What waits longer than that at its own
# speed is no busy morning any more; a whole night plans less.
QUEUE_LIMIT = 4 * 2 * 3600
# The worker may stand still for a long weekend; what was looked at then is still counted.
ACCESS_DAYS = 4
# A data protection officer reads a week before what will be erased: in time to stop it.
RETENTION_AHEAD = timedelta(days=7)
# The days before the end of a term on which its case worker hears of it (EXPERIENCE 7.1).
TERM_WARNINGS = (14, 7, 1)
# A mail server or gateway that does not answer within 20 s is given up (`EMAIL_TIMEOUT`, `SMS_PATIENCE`); a message
# that is "being sent" ten times as long belongs to a worker that was killed.
LEASE_SECONDS = 200
SMS_PATIENCE = (5.0, 20.0)
# Minutes before the next try: greylisting lifts after some minutes, a mail server is back within the day.
RETRY_MINUTES = (2, 10, 60, 240, 720)
# 96 random bits: to stop somebody's messages is all that a guess would win, and it shortens a text message.
STOP_BYTES = 12
# What a page shows of the messages of one person.
MESSAGES_SHOWN = 50
# Her first e-mail of the day looks no further back than a long weekend with holidays; each later one to the one before.
DIGEST_DAYS = 5
DIGEST_LINES = 40
# A bounce is a page of text; what is larger is no bounce.
BOUNCE_BYTES = 1_000_000
