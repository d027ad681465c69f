"""Faults: the command line, broken in every way we could think of; slow, so ``make test-faults``."""
