"""The body of an article. The only module that imports trafilatura.

trafilatura must never run in two threads of one process (it corrupts memory), and never with ``deduplicate``, which
remembers texts from page to page.
"""

from __future__ import annotations

from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Document, Extractor


def main_text(tree: HtmlElement) -> str:
    """Returns the article's text, a paragraph a line, or "". The tree is used up."""
    options = Extractor(output_format="python", fast=True, comments=False, tables=True, with_metadata=False)
    document = bare_extraction(tree, options=options)
    return (document.text or "").strip() if isinstance(document, Document) else ""
