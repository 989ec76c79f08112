"""What people write: one pydantic model per kind of record.

The same class reads the form, is sealed as JSON, and gives the bundle its JSON Schema.
"""
