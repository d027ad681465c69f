"""robots.txt (RFC 9309), read by protego after a filter that keeps hostile files small."""

from __future__ import annotations

import re

from protego import Protego

from transforms._http.settings import PRODUCT

MAX_CRAWL_DELAY_SECONDS = 120.0
MAX_PARSED_CHARS = 1 << 20

_AGENT = re.compile(r"(?i)user[- ]?agent\s*(?::|\s)\s*(.*)")
# What protego reads as a rule, its misspellings included: each ends the group's list of agents.
_RULE = re.compile(
    r"(?i)(?:allow|disallow|dissallow|dissalow|disalow|diasllow|disallaw|crawl[- ]delay|request[- ]rate|visit[- ]time)"
    r"\s*(?::|\s|$)"
)
_TOKEN = re.compile(r"[A-Za-z_-]+")


class RobotsParser:
    """Parsed files, the last used ones up to MAX_PARSED_CHARS of source: a hostile file takes 60 times its size."""

    def __init__(self) -> None:
        self._parsed: dict[str, Protego] = {}
        self.chars = 0

    def parse(self, text: str) -> Protego:
        """Returns the rules of text."""
        rules = self._parsed.pop(text, None)
        if rules is None:
            rules = Protego.parse(text)
            self.chars += len(text)
        self._parsed[text] = rules
        while self.chars > MAX_PARSED_CHARS and len(self._parsed) > 1:
            oldest = next(iter(self._parsed))
            del self._parsed[oldest]
            self.chars -= len(oldest)
        return rules


class Robots:
    """The rules of one origin for our product token."""

    def __init__(self, body: bytes, parser: RobotsParser):
        """Reads a robots.txt; nothing in it raises."""
        self._text = "\n".join(our_lines(body.decode("utf-8-sig", "replace")))
        self._parser = parser

    def allows(self, url: str) -> bool:
        """Returns whether url may be fetched: the longest matching rule decides, allow where two are as long."""
        return self._parser.parse(self._text).can_fetch(url, PRODUCT)

    @property
    def crawl_delay_seconds(self) -> float:
        """The least time between two requests that the site asks for; 0 where it asks for none."""
        return self._parser.parse(self._text).crawl_delay(PRODUCT) or 0.0


def our_lines(text: str) -> list[str]:
    """Returns the groups of our product token and of *, in protego's words.

    protego keeps a rule set for every agent of a file and adds each rule of a group to all of them, so that 512 KiB of
    agents and rules would be hundreds of millions of rules. And it takes an agent for ours that is a prefix of ours,
    but not ours with a version behind it; RFC 9309 section 2.2.1 compares the token before that.
    """
    lines: list[str] = []
    agents: set[str] = set()
    is_open = False  # further agent lines join the group
    for line in text.splitlines():
        line = line.partition("#")[0].strip()
        match = _AGENT.match(line)
        if match:
            if not is_open:
                agents = set()
            is_open = True
            agent = _agent(match[1])
            if agent and agent not in agents:
                agents.add(agent)
                lines.append("User-agent: %s" % agent)
        elif _RULE.match(line):
            is_open = False
            if agents:
                lines.append(line)
    return lines


def _agent(value: str) -> str | None:
    value = value.strip()
    if value == "*":
        return "*"
    token = _TOKEN.match(value)
    return PRODUCT if token and token[0].lower() == PRODUCT else None
