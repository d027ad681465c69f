"""The stories of the sample newsroom, read from ``stories/<site>/<slug>.md``.

A source is a head of ``key: value`` lines, an empty line, and the text: paragraphs apart by empty lines, ``## `` for a
subhead, ``> `` for a pulled quote, ``- `` for list items, ``[words](address)`` for a link. Two placeholders are filled
when a page is made: ``{{site:NAME}}`` is the address of a site, ``{{date:-36h:FORMAT}}`` a moment before (or after) the
story's own, in hours (h) or days (d), in one of DATE_FORMATS.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

FOLDER = Path(__file__).parent / "stories"
SERVED = ("page", "not_found", "unavailable", "bot_wall", "paywalled")

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
}
_DAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
}
_PLACEHOLDER = re.compile(r"\{\{(?:site:(?P<site>\w+)|date:(?P<shift>[+-]?\d+)(?P<unit>[hd]):(?P<format>\w+))\}\}")


@dataclass(frozen=True)
class Story:
    """One story; hours_ago counts back from the newsroom's midnight, paragraphs are the source's blocks."""

    site: str
    slug: str
    title: str
    author: str
    hours_ago: int
    language: str
    section: str
    caption: str
    path: str
    served: str
    paragraphs: tuple[str, ...]

    @property
    def id(self) -> str:
        """The name of the story in expected.jsonl: site/slug."""
        return "%s/%s" % (self.site, self.slug)

    @property
    def summary(self) -> str:
        """The first paragraph without links: what a feed says of the story."""
        return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", self.paragraphs[0])


def _month(moment: datetime, language: str) -> str:
    return _MONTHS[language].split()[moment.month - 1]


def weekday(moment: datetime, language: str = "en") -> str:
    """Returns the day of the week in words."""
    return _DAYS[language].split()[moment.weekday()]


def long_date(moment: datetime, language: str = "en") -> str:
    """Returns a date as "3 March 2026"; in Spanish "3 de marzo de 2026"."""
    joiner = " de " if language == "es" else " "
    return joiner.join((str(moment.day), _month(moment, language), str(moment.year)))


def us_date(moment: datetime, language: str = "en") -> str:
    """Returns a date as "March 3, 2026"."""
    return "%s %d, %d" % (_month(moment, language), moment.day, moment.year)


def iso_date(moment: datetime, _language: str = "en") -> str:
    """Returns an instant as "2026-03-03T14:05:00+00:00", in every language."""
    return moment.isoformat()


DATE_FORMATS: Mapping[str, Callable[[datetime, str], str]] = {
    "iso": iso_date,
    "long": long_date,
    "us": us_date,
    "weekday": weekday,
}


def fill(text: str, bases: Mapping[str, str], moment: datetime, language: str = "en") -> str:
    """Returns text with its placeholders filled.

    Args:
        bases: the address of each site.
        moment: what dates are counted from.

    Raises:
        KeyError: a site or date format that does not exist.
    """

    def value(match: re.Match[str]) -> str:
        if match["site"]:
            return bases[match["site"]]
        unit = timedelta(hours=1) if match["unit"] == "h" else timedelta(days=1)
        return DATE_FORMATS[match["format"]](moment + int(match["shift"]) * unit, language)

    return _PLACEHOLDER.sub(value, text)


def read_story(source: str, site: str, slug: str, path_pattern: str) -> Story:
    """Returns the story of one source.

    Args:
        path_pattern: the site's form of paths, with "{slug}" in it.

    Raises:
        ValueError: a head without title or hours, an unknown value of ``served``, no text.
    """
    head_text, _, text = source.partition("\n\n")
    head = dict(line.split(": ", 1) for line in head_text.splitlines())
    blocks = tuple(block.strip() for block in text.split("\n\n") if block.strip())
    served = head.get("served", "page")
    if not blocks or served not in SERVED or not {"title", "hours"} <= head.keys():
        raise ValueError("%s/%s: a story needs title, hours and text; served is one of %s" % (site, slug, SERVED))
    return Story(
        site=site,
        slug=slug,
        title=head["title"],
        author=head.get("author", ""),
        hours_ago=int(head["hours"]),
        language=head.get("language", "en"),
        section=head.get("section", "News"),
        caption=head.get("caption", ""),
        path=head.get("path", path_pattern).format(slug=slug),
        served=served,
        paragraphs=blocks,
    )


def read_stories(site: str, path_pattern: str) -> list[Story]:
    """Returns a site's stories, newest first."""
    files = sorted((FOLDER / site).glob("*.md"))
    stories = [read_story(file.read_text("utf-8"), site, file.stem, path_pattern) for file in files]
    return sorted(stories, key=lambda story: (story.hours_ago, story.slug))
