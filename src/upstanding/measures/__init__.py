"""What is counted in a run, and how it is read: integers become rates and means here."""
