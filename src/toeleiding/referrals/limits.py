"""How often we look for ourselves: numbers with the fact of the work that argues them."""

from datetime import timedelta

# VDAB sends no message of its own when it invites or registers somebody: its file tells, once a night is soon enough
# for an appointment that lies days ahead, and one question a person a day burdens nobody.
LOOK_AT_MOST_EVERY = timedelta(hours=20)
# Who was referred and followed for so long is asked about by the people who follow her.
LOOK_AT_MOST_FOR = timedelta(days=90)
