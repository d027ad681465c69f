"""entries → articles: pages fetched politely, metadata, body."""
