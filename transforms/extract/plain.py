"""The degraded route: a page's text by its blocks alone, in time linear to the page."""

from __future__ import annotations

from collections.abc import Sequence

from transforms.extract.blocks import Block


def plain_text(blocks: Sequence[Block]) -> str:
    """Returns all text outside furniture, a line a block; blocks that only link elsewhere are left out."""
    kept = [block.text for block in blocks if not block.furniture and block.link_share() < 0.8]
    return "\n".join(kept or [block.text for block in blocks])
