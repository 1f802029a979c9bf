"""The small data of the stages' tests."""

from tests.stages.conftest import small_data

__all__ = ["small_data"]
