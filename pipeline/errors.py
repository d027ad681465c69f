"""Errors that are the user's to mend: one line that says what to do, and the exit code."""

from __future__ import annotations

EXIT_DONE = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_MANY_FEEDS_FAILED = 3
EXIT_HELD = 75


class UserError(Exception):
    """Ends the command with one line on standard error and this exit code."""

    def __init__(self, message: str, exit_code: int = EXIT_USAGE) -> None:
        super().__init__(message)
        self.exit_code = exit_code
