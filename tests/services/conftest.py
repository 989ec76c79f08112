"""What tests of what is shared begin with."""

from tests.case_fixtures import case_id, diary, maya

__all__ = ["case_id", "diary", "maya"]
