"""Numbers of this room, each with the fact of the work that argues it."""

from datetime import timedelta

# VDAB sends no message of its own when it invites or registers somebody: its file tells, once a night is soon enough
# for an appointment that lies days ahead, and one question a person a day burdens nobody.
LOOK_AT_MOST_EVERY = timedelta(hours=20)
# Who was referred and followed for so long is asked about by the people who follow her.
LOOK_AT_MOST_FOR = timedelta(days=90)
# Who comes here for the first time sees a month of changes: longer ago they were worked on without this page.
FIRST_LOOK_DAYS = 30
# More than a handful of changes of one person is read on the timeline.
CHANGES_SHOWN = 6
# The count in the menu stops here: whoever has more reads the page, not the number.
MENU_COUNTS_TO = 500
# Over a whole agency of 14.000 open dossiers the count takes some 0,1 s: too much for every page, fine once a minute.
MENU_SECONDS = 60
# EXPERIENCE 7.3: ten minutes, where nothing was sent.
UNDO_SECONDS = 600
# A calendar that reads along needs what is coming and what just was.
FEED_DAYS_BACK = 30
FEED_DAYS_AHEAD = 180
# Moments that are offered when somebody plans help: within two weeks, four a day, as an office keeps hours.
SLOT_DAYS = 14
SLOT_TIMES = ((9, 0), (10, 30), (13, 30), (15, 0))
SLOT_MINUTES = 60
SLOTS_SHOWN = 8
# The page of step 6 shows what was said lately; the rest is on the timeline.
LINES_SHOWN = 20
# A newcomer's link is for the weeks around her registration, not for the whole term; a new one is made in one click.
LINK_DAYS = 14
# She, somebody who helps her, a few times back; more often and the link lies about (the database knows it too).
LINK_OPENINGS = 10
# 256 bits; nobody guesses it, and twenty wrong links in a quarter from one address are no slips any more.
LINK_BYTES = 32
WRONG_LINKS_A_QUARTER = 20
QUARTER_SECONDS = 900
# So long a page that was opened may be looked at again, in another language, without counting as opened again.
OPEN_PAGE_SECONDS = 1800
# What happened long ago says little to who reads it on a phone; the whole log is at the privacy officer.
LOOKS_SHOWN = 20
LOOKS_DAYS = 90
# A thousand letters take some seconds and one document; a page of the worklist holds far fewer.
LETTERS_AT_ONCE = 1000
