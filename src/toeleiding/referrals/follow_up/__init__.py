"""T4: what changed for joint clients since somebody last looked, and the page of step 6."""
