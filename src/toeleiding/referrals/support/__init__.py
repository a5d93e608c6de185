"""Step 5: plan help with registering, note what came of it, and the registration the client reports."""
