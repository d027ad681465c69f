"""Where a pipeline runs: options and preflight checks of each runner; no DoFn, no row."""
