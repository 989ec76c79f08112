"""Opened records become a bag that a stranger can check (BagIt 1.0, RFC 8493, in a zip)."""
