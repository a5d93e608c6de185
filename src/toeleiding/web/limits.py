"""Numbers that every list of the product shares."""

# A screen and a bit: more is scrolled past and not read, and a form that marks rows carries each of them.
ROWS_A_PAGE = 25
