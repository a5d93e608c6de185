"""The rules that hold, the drafts that are being tried, and the pages that show every one of them."""
