"""The words of the pipeline: rows, tables and enumerations. No logic, no network."""
