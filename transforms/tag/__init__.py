"""articles → deals: who bought, supplied, leased, financed or launched what, how far it has come, and for how much."""

from transforms.tag.result import tags_to_json
from transforms.tag.tagger import TAGGER_VERSION, Tagger

__all__ = ["TAGGER_VERSION", "Tagger", "tags_to_json"]
