"""Rows → fact tables: settle, stage, balance, commit, publish."""

from transforms.write.transform import RunInfo, WriteTables

__all__ = ["RunInfo", "WriteTables"]
