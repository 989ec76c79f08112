"""The whole journey in a real browser, against the real server with a fresh data folder."""
