"""After a restored backup: finding what the database forgot, and asking it again."""
