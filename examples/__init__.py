"""A fictional diary and real phone media, for the demo and the tests."""
