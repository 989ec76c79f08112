"""A private diary: the composition root comes last."""
