"""The feed lists."""
