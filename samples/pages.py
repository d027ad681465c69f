"""The pages of the sample newsroom: one design a site, with the furniture that real sites put around a story."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from samples.stories import Story, fill, iso_date, long_date, read_stories, us_date, weekday

TEMPLATES = Path(__file__).parent / "templates"
TEASER_BLOCKS = 2
PAYWALL = (
    '<div class="paywall"><h3>Subscribe to continue reading</h3>'
    "<p>You have reached a story for subscribers. Subscriptions begin at 4 a month.</p></div>"
)

_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Site:
    """One site of the newsroom, with the address it is served at and its stories, newest first."""

    key: str
    name: str
    tagline: str
    template: str
    base: str
    feeds: Mapping[str, str]
    robots: str
    sections: Sequence[str]
    headlines: Sequence[str]
    comments: Sequence[str]
    stories: Sequence[Story]


def read_sites(bases: Mapping[str, str]) -> list[Site]:
    """Returns the sites in the order of their ports.

    Args:
        bases: the address of each site, without a slash at its end.
    """
    settings: dict[str, dict[str, Any]] = json.loads((Path(__file__).parent / "sites.json").read_text("utf-8"))
    return [
        Site(key=key, base=bases[key], stories=read_stories(key, values.pop("path")), **values)
        for key, values in settings.items()
    ]


def site_names() -> list[str]:
    """Returns the names of the sites in the order of their ports."""
    return list(json.loads((Path(__file__).parent / "sites.json").read_text("utf-8")))


def published(story: Story, midnight: datetime) -> datetime:
    """Returns when a story came out; the minutes differ from story to story and never from run to run."""
    return midnight - timedelta(hours=story.hours_ago) + timedelta(minutes=sum(map(ord, story.slug)) % 55)


def inline(text: str) -> str:
    """Returns a paragraph's words as HTML."""
    return _LINK.sub(r'<a href="\2">\1</a>', escape(text, quote=False))


def body_html(blocks: Sequence[str]) -> str:
    """Returns a story's blocks as HTML."""
    parts = []
    for block in blocks:
        if block.startswith("## "):
            parts.append("<h2>%s</h2>" % inline(block[3:]))
        elif block.startswith("> "):
            parts.append("<blockquote><p>%s</p></blockquote>" % inline(block[2:]))
        elif block.startswith("- "):
            items = "".join("<li>%s</li>" % inline(line[2:]) for line in block.splitlines())
            parts.append("<ul>%s</ul>" % items)
        else:
            parts.append("<p>%s</p>" % inline(" ".join(block.splitlines())))
    return "\n".join(parts)


def json_ld(site: Site, story: Story, moment: datetime) -> str:
    """Returns a story's schema.org description, as sites embed it."""
    is_free = story.served != "paywalled"
    article = {
        "@type": "NewsArticle",
        "@id": site.base + story.path + "#article",
        "mainEntityOfPage": site.base + story.path,
        "headline": story.title,
        "datePublished": iso_date(moment),
        "dateModified": iso_date(moment + timedelta(minutes=25)),
        "author": [{"@type": "Person", "name": name} for name in story.author.split(" and ") if name],
        "inLanguage": story.language,
        "isAccessibleForFree": is_free,
        "articleSection": story.section,
    }
    graph = [
        {"@type": "WebSite", "@id": site.base + "/#website", "name": site.name, "url": site.base + "/"},
        {"@type": "Organization", "@id": site.base + "/#org", "name": site.name},
        article,
    ]
    return json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False).replace("</", "<\\/")


def _links(pairs: Sequence[tuple[str, str]], tag: str = "li") -> str:
    return "\n".join('<%s><a href="%s">%s</a></%s>' % (tag, url, escape(words), tag) for url, words in pairs)


def _related(site: Site, story: Story) -> list[tuple[str, str]]:
    at = site.stories.index(story)
    others = [site.stories[(at + step) % len(site.stories)] for step in range(1, min(4, len(site.stories)))]
    archive = [("/archive/%d" % number, words) for number, words in enumerate(site.headlines, 1)]
    return [(other.path, other.title) for other in others] + archive


def _comments(site: Site) -> str:
    pairs = [comment.split(": ", 1) for comment in site.comments]
    return "\n".join('<li class="comment"><cite>%s</cite><p>%s</p></li>' % (escape(a), escape(b)) for a, b in pairs)


def render_page(site: Site, story: Story, midnight: datetime, bases: Mapping[str, str]) -> str:
    """Returns a story's page in the design of its site."""
    moment = published(story, midnight)
    shown = story.paragraphs[: TEASER_BLOCKS if story.served == "paywalled" else None]
    blocks = [fill(block, bases, moment, story.language) for block in shown]
    figure = '<figure><img src="/img/%s.jpg" alt=""><figcaption>%s</figcaption></figure>'
    values = {
        "title": escape(story.title),
        "url": site.base + escape(story.path),
        "base": site.base,
        "site": escape(site.name),
        "tagline": escape(site.tagline),
        "language": story.language,
        "section": escape(story.section),
        "author": escape(story.author),
        "description": escape(fill(story.summary, bases, moment, story.language)),
        "iso": iso_date(moment),
        "long_date": long_date(moment, story.language),
        "us_date": us_date(moment, story.language),
        "weekday": weekday(moment, story.language),
        "clock": moment.strftime("%H:%M"),
        "lead": body_html(blocks[:1]),
        "figure": figure % (story.slug, escape(story.caption)) if story.caption else "",
        "body": body_html(blocks[1:]) + (PAYWALL if story.served == "paywalled" else ""),
        "json_ld": json_ld(site, story, moment),
        "sections": _links([("/section/" + section.lower(), section) for section in site.sections]),
        "related": _links(_related(site, story)),
        "comments": _comments(site),
    }
    return Template((TEMPLATES / (site.template + ".html")).read_text("utf-8")).substitute(values)


def render_front(site: Site) -> str:
    """Returns a site's front page: its stories as a list."""
    items = _links([(story.path, story.title) for story in site.stories])
    head = '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>%s</title></head>'
    return (head + "<body><h1>%s</h1><ul>%s</ul></body></html>") % (escape(site.name), escape(site.name), items)
