"""The one door: plaintext becomes a sealed record here, and only here."""
