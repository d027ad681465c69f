"""What a page is, where it is no free article: a wall, a page that is gone, a teaser, a list of stories, a video."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from transforms.extract.blocks import Block
from transforms.extract.jsonld import ARTICLE_TYPES, is_free, types_of
from transforms.extract.refine import is_prose
from transforms.extract.statements import Statements

MAX_WALL_CHARS = 2_500
MAX_GONE_CHARS = 1_500
MAX_TEASER_WORDS = 200

_BOT_TITLE = re.compile(
    r"^\W*(?:just a moment|attention required|access (?:to this page has been )?denied|are you (?:a )?(?:robot|human)"
    r"|robot (?:check|or human)|pardon our interruption|security check"
    r"|verif(?:y(?:ing)?|ication)\b.{0,40}\b(?:human|browser|robot|required)"
    r"|please wait\b|one (?:more )?(?:moment|step)|ddos.guard|human verification|captcha|403 forbidden"
    r"|client challenge|checking your browser|request (?:blocked|rejected)|you have been blocked|error 1\d{3}\b)",
    re.IGNORECASE,
)
_BOT_TEXT = re.compile(
    r"checking (?:if the site connection is secure|your browser)|enable javascript and cookies to continue"
    r"|verify(?:ing)? (?:that )?you(?:'re| are) (?:a |not a )?(?:human|robot|bot)|press (?:&|and) hold|unusual traffic"
    r"|please enable (?:js|javascript) and disable any ad ?blocker|complete the (?:captcha|security check)"
    r"|made us think (?:that )?you (?:are|were|might be) a (?:bot|robot)|performing security verification"
    r"|your (?:request|ip|access) (?:has been|was) blocked|solve this (?:puzzle|challenge)",
    re.IGNORECASE,
)
_BOT_MARK = re.compile(
    rb"challenge-platform|cf[-_]chl|cf-challenge|_cf_chl_opt|px-captcha|captcha-delivery\.com|geo\.captcha|_Incapsula_Resource"
    rb"|distil_r_captcha|awswaf|aws-waf-token|g-recaptcha|h-captcha|hcaptcha",
)
_CONSENT_TITLE = re.compile(
    r"^\W*(?:before you continue|bevor sie (?:fortfahren|zu)|avant (?:de continuer|d.accéder)|antes de continuar"
    r"|prima di continuare|voordat je|your privacy(?: choices| matters)?|we value your privacy"
    r"|cookie (?:consent|settings)"
    r"|(?:datenschutz|privacy|consent)[-\s]?(?:einstellungen|settings|manager|gate|wall)?\W*$)",
    re.IGNORECASE,
)
_CONSENT_WORD = re.compile(
    r"\b(?:cookies?|consent|privacy|personal data|partners?|accept(?: all)?|reject(?: all)?|legitimate interest|tcf"
    r"|datenschutz|einwilligung|zustimm\w+|akzeptieren|consentement|vie privée|accepter|consentimiento|privacidad"
    r"|aceptar|consenso|accetta)\b",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"(?:^|\W)(?:(?:error\s*)?(?:404|410)(?:\s*[-–—:|]|\s*(?:error|page|not\s+found)|\W*$)|(?:page|article|story|content|url|file)\s+"
    r"(?:was\s+|could\s+|can)?(?:not|n.t|no\s+longer)\s*(?:be\s+)?(?:found|available|exists?)|not\s+found\W*$"
    r"|(?:page|article|story)\s+(?:is\s+)?(?:missing|unavailable|has\s+(?:been\s+)?(?:removed|moved|expired))"
    r"|(?:this|the)\s+page\s+does\s?n.t\s+exist|seite\s+(?:wurde\s+)?nicht\s+gefunden|nicht\s+mehr\s+verfügbar"
    r"|page\s+(?:introuvable|non\s+trouvée)|página\s+no\s+(?:encontrada|existe)|página\s+não\s+(?:encontrada|existe)"
    r"|pagina\s+(?:non\s+trovata|niet\s+gevonden)|ページが見つかりません|страница\s+не\s+найдена|找不到)",
    re.IGNORECASE,
)
_PAYWALL = re.compile(
    r"(?:subscribe|log\s?in|sign\s?in|register|become\s+a\s+(?:member|subscriber)|start\s+your\s+(?:free\s+)?trial)\b.{0,60}"
    r"\b(?:to\s+(?:continue|read|unlock|access|view|keep)|for\s+(?:full|unlimited)\s+access)"
    r"|(?:this|the\s+(?:full|rest))\b.{0,40}\b(?:article|story|content|report)\b.{0,40}"
    r"\b(?:for|to|by|only\s+available\s+to)\s+(?:our\s+)?(?:\w+\s+)?(?:subscribers|members)\b|already\s+a\s+subscriber"
    r"|unlock\s+this\s+(?:article|story)|continue\s+reading\s+(?:with|this\s+article\s+with)\s+a\s+(?:subscription|trial)"
    r"|(?:jetzt|artikel)\b.{0,30}\b(?:abonnieren|freischalten)|mit\s+.{0,20}\bweiterlesen|(?:réservé|reserve)\s+(?:aux|à\s+nos)"
    r"\s+abonnés|exclusivo\s+para\s+(?:suscriptores|assinantes)|riservato\s+agli\s+abbonati",
    re.IGNORECASE,
)
_TIERS = {"free": "free", "metered": "paywalled", "locked": "paywalled", "paid": "paywalled", "premium": "paywalled"}
_LIST_PATH = re.compile(
    r"^/(?:[a-z]{2}/)?(?:tags?|topics?|category|categories|authors?|search|archives?|sections?|page|keywords?|label)/[^/]+/?"
    r"(?:page/\d+/?)?$|^/?$|^/(?:[a-z]{2}/)?(?:news|blog|press-releases|newsroom|press|media)/?$",
    re.IGNORECASE,
)
_ARTICLE_PATH = re.compile(r"/[^/]*(?:-[^/-]+){4}[^/]*/?$|\d{5}")  # a headline's words or a number
_ARCHIVE_TYPES = frozenset({"collectionpage", "searchresultspage"})
_LIST_TYPES = _ARCHIVE_TYPES | {"profilepage", "itemlist"}


class Kind(NamedTuple):
    """What the page is (as in Extracted), why, and its access (free, paywalled, unknown)."""

    kind: str
    detail: str | None
    access: str


def judge_page(
    html: bytes, url: str, said: Statements, blocks: Sequence[Block], text: str, title: str | None, is_dated: bool
) -> Kind:
    """Tells what a page is.

    Args:
        html: the page's bytes, for the marks that walls leave in scripts.
        url: its address.
        said: its statements.
        blocks: all of its text.
        text: the article's text as extracted.
        title: the article's title as extracted.
        is_dated: whether the page states when it was published.
    """
    access = _access(said)
    size = sum(len(block.text) for block in blocks)
    titles = [title or "", said.title or "", *said.headings[:3]]
    if size <= MAX_WALL_CHARS and _is_bot_wall(html, titles, blocks):
        return Kind("bot_wall", "a check for robots in place of the page", "unknown")
    if size <= 2 * MAX_WALL_CHARS and _is_consent_wall(url, titles, blocks):
        return Kind("consent_wall", "a consent form in place of the page", "unknown")
    if len(text) <= MAX_GONE_CHARS and not is_dated and any(_GONE.search(line[:120]) for line in titles):
        return Kind("soft_404", "says that the page is not there", "unknown")
    detail = _not_article(url, said, blocks, text, is_dated)
    if detail:
        return Kind("not_article", detail, access)
    words = len(text.split())
    if words < MAX_TEASER_WORDS and not _is_unspaced(text):
        is_asked = any(_PAYWALL.search(block.text) for block in blocks if len(block.text) < 400)
        if access == "paywalled" or (is_asked and access != "free"):
            return Kind("paywalled", "only %d words are open" % words, "paywalled")
    return Kind("article", None, access)


def _access(said: Statements) -> str:
    free = is_free(said.nodes)
    if free is not None:
        return "free" if free else "paywalled"
    return _TIERS.get(said.meta.get("article:content_tier", "").lower(), "unknown")


def _is_bot_wall(html: bytes, titles: Sequence[str], blocks: Sequence[Block]) -> bool:
    if any(_BOT_TITLE.search(line) for line in titles):
        return not any(is_prose(block) and len(block.text) > 300 for block in blocks)
    if any(_BOT_TEXT.search(block.text) for block in blocks):
        return True
    return sum(len(block.text) for block in blocks) < 300 and _BOT_MARK.search(html) is not None


def _is_consent_wall(url: str, titles: Sequence[str], blocks: Sequence[Block]) -> bool:
    host = urlsplit(url).hostname or ""
    other = sum(len(block.text) for block in blocks if is_prose(block) and not _CONSENT_WORD.search(block.text))
    if other >= 300:
        return False
    words = sum(len(block.text.split()) for block in blocks) or 1
    consent = sum(len(_CONSENT_WORD.findall(block.text)) for block in blocks)
    if host.startswith("consent.") or any(_CONSENT_TITLE.search(line) for line in titles):
        return consent >= 3
    return consent >= 8 and consent >= words / 25


def _not_article(url: str, said: Statements, blocks: Sequence[Block], text: str, is_dated: bool) -> str | None:
    """Why the page is no article: its types, its address, or that it is made of links."""
    types = set().union(*(types_of(node) for node in said.nodes)) if said.nodes else set()
    og_type = said.meta.get("og:type", "").lower()
    if "liveblogposting" in types:
        return "live blog"
    # The archives of blogs call themselves articles in their OpenGraph tags, and show the dates of their stories.
    is_archive = bool(types & _ARCHIVE_TYPES) and not types & ARTICLE_TYPES
    is_article = bool(types & ARTICLE_TYPES) or (og_type == "article" and not is_archive)
    words = len(text.split())
    if (og_type.startswith("video") or (types & {"videoobject"} and not is_article)) and words < 150:
        return "video"
    if is_article and words >= 30:
        return None
    path = urlsplit(url).path
    linked = sum(block.link_chars for block in blocks)
    size = sum(len(block.text) for block in blocks) or 1
    prose = sum(len(block.text) for block in blocks if is_prose(block))
    if types & _LIST_TYPES and (is_archive or not is_dated) and prose < 0.5 * size:
        return "list of stories"
    if url and _LIST_PATH.search(path) and not is_dated:
        return "list of stories"
    if _ARTICLE_PATH.search(path) and words >= 30:
        return None
    if size >= 1_000 and linked >= 0.6 * size and prose < 0.15 * size:
        return "made of links"
    return None


def _is_unspaced(text: str) -> bool:
    """Chinese, Japanese, Thai: words cannot be counted by spaces."""
    return len(text) > 400 and len(text.split()) < len(text) / 20
