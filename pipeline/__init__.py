"""The sentence: which verbs, in which order; the command line; reading the results."""

VERSION = "0.1.0"
