"""Where the article is: trafilatura's extractor on the prepared tree. The only module that imports trafilatura.

It runs the steps of ``bare_extraction(fast=True)`` that find the text, and none that measure, serialise or retry: what
they would add, ``refine`` finds at a fraction of the cost (docs/extraction.md has the figures). trafilatura must never
run in two threads of one process (it corrupts memory), and never with ``dedup``, which remembers texts between pages.
"""

from __future__ import annotations

from copy import copy

from lxml.html import HtmlElement
from trafilatura.htmlprocessing import convert_tags, tree_cleaning
from trafilatura.main_extractor import extract_content
from trafilatura.settings import Extractor
from trafilatura.xml import xmltotxt

# Reads trafilatura's settings file, which takes as long as a tenth of a small page; nothing in it changes by page.
_OPTIONS = Extractor(output_format="python", fast=True, comments=False, tables=True, with_metadata=False)


class FinderError(Exception):
    """trafilatura failed on a page; the message says how."""


def find_text(tree: HtmlElement) -> str:
    """Returns what trafilatura takes for the article's text, a paragraph a line, or "". The tree stays as it is.

    Raises:
        FinderError: trafilatura raised (it recurses by nesting, for one).
    """
    try:
        body, _ = extract_content(convert_tags(tree_cleaning(copy(tree), _OPTIONS), _OPTIONS, None), _OPTIONS)
        return xmltotxt(body, False).strip()
    except MemoryError:
        raise
    except Exception as error:
        raise FinderError("%s in trafilatura" % type(error).__name__) from error
