"""Benchmarks: each prints its figures beside an alternative measured in the same run."""
