"""collect: feeds → polls, entries, rejects."""
