"""Messages that leave the house: to newcomers over e-mail or SMS, and the e-mail of the day to staff (decision 042)."""
