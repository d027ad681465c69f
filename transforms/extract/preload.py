"""Importing this loads all that extraction loads on first use, so that a template pays once and its forks nothing."""

from __future__ import annotations

from transforms.extract.files import extract_bytes

# One small page through every step: the language model (0.5 s), the tables of registrable domains, regular expressions.
_PAGE = """<html lang="en"><head><title>A page to begin with</title></head><body><article><h1>A page to begin with</h1>
<p>%s</p></article></body></html>""" % ("It is read once when a template starts, and what it says is thrown away. " * 8)

RECORD = extract_bytes("preload", _PAGE.encode(), "https://example.com/2026/a-page-to-begin-with")
