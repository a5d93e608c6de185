"""Numbers of this room, each with the fact that argues it."""

# Who comes here for the first time sees a month of changes: longer ago they were worked on without this page.
FIRST_LOOK_DAYS = 30
# A screenful; the form that marks rows as seen carries each of them.
ROWS_A_PAGE = 25
# More than a handful of changes of one person is read on the timeline.
CHANGES_SHOWN = 6
# The count in the menu stops here: whoever has more reads the page, not the number.
MENU_COUNTS_TO = 500
# EXPERIENCE 7.3: ten minutes, where nothing was sent.
UNDO_SECONDS = 600
# A calendar that reads along needs what is coming and what just was.
FEED_DAYS_BACK = 30
FEED_DAYS_AHEAD = 180
