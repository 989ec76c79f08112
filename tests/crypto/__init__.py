"""Tests of diary.crypto."""
