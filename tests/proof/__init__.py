"""Tests of diary.proof."""
