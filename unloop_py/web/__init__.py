"""The page: a browser's view of the instrument, its server, and what guards it."""
