"""Lists of clients from a file: preview, repair, commit, undo."""
