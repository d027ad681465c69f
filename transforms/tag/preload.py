"""Importing this loads the lists that every tagger shares, so that a template pays once and its forks nothing."""

from transforms.tag.tagger import shared_tagger

TAGGER = shared_tagger(())
