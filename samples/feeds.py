"""The feeds of the sample newsroom, one writer a format; also one that is broken as feeds in the wild are."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import format_datetime
from html import escape

from samples.pages import Site, body_html, published
from samples.stories import Story, fill, iso_date

_XML = '<?xml version="1.0" encoding="utf-8"?>\n'
_TRACKING = "utm_source=rss&utm_medium=feed&utm_campaign=markets"


def _summary(site: Site, story: Story, midnight: datetime) -> str:
    return fill(story.summary, {site.key: site.base}, published(story, midnight), story.language)


def _rss_item(site: Site, story: Story, midnight: datetime, link: str, guid: str) -> str:
    return (
        '<item><title>%s</title><link>%s</link><guid isPermaLink="false">%s</guid><pubDate>%s</pubDate>'
        "<dc:creator>%s</dc:creator><category>%s</category><description>%s</description></item>\n"
    ) % (
        escape(story.title),
        escape(link),
        escape(guid),
        format_datetime(published(story, midnight)),
        escape(story.author),
        escape(story.section),
        escape("<p>%s</p>" % escape(_summary(site, story, midnight), quote=False)),
    )


def _rss(site: Site, items: str, midnight: datetime) -> str:
    head = (
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>%s</title><link>%s/</link>'
        "<description>%s</description><language>en</language><ttl>30</ttl><lastBuildDate>%s</lastBuildDate>\n"
    ) % (escape(site.name), site.base, escape(site.tagline), format_datetime(midnight))
    return head + items + "</channel></rss>\n"


def rss(site: Site, midnight: datetime) -> bytes:
    """Returns the site's stories as RSS 2.0."""
    items = [_rss_item(site, story, midnight, site.base + story.path, story.id) for story in site.stories]
    return (_XML + _rss(site, "".join(items), midnight)).encode()


def tracked_rss(site: Site, midnight: datetime) -> bytes:
    """Returns the stories of the Markets section as RSS 2.0 whose links carry tracking parameters."""
    items = [
        _rss_item(site, story, midnight, "%s%s?%s" % (site.base, story.path, _TRACKING), "markets-" + story.slug)
        for story in site.stories
        if story.section == "Markets"
    ]
    return (_XML + _rss(site, "".join(items), midnight)).encode()


def broken_rss(site: Site, midnight: datetime) -> bytes:
    """Returns RSS that is no XML: bare ampersands, Windows-1252 that nothing declares, a control character."""
    items = "".join(_rss_item(site, story, midnight, site.base + story.path, story.slug) for story in site.stories)
    broken = items.replace("&amp;amp;", "&").replace("&amp;", "&").replace("</description>", "\x0b</description>", 1)
    return ("\n" + _rss(site, broken, midnight)).encode("cp1252")


def atom(site: Site, midnight: datetime) -> bytes:
    """Returns the site's stories as Atom."""
    entries = "".join(
        (
            '<entry><title type="text">%s</title><link rel="alternate" type="text/html" href="%s"/><id>%s</id>'
            "<published>%s</published><updated>%s</updated><author><name>%s</name></author>"
            '<summary type="text">%s</summary></entry>\n'
        )
        % (
            escape(story.title),
            escape(site.base + story.path),
            "tag:mastandfibre.example,2020:" + story.slug,
            iso_date(published(story, midnight)),
            iso_date(published(story, midnight)),
            escape(story.author),
            escape(_summary(site, story, midnight)),
        )
        for story in site.stories
    )
    head = '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>%s</title><id>%s/</id><updated>%s</updated>'
    return (_XML + head % (escape(site.name), site.base, iso_date(midnight)) + entries + "</feed>\n").encode()


def rdf(site: Site, midnight: datetime) -> bytes:
    """Returns the site's stories as RSS 1.0."""
    links = [escape(site.base + story.path) for story in site.stories]
    sequence = "".join('<rdf:li rdf:resource="%s"/>' % link for link in links)
    items = "".join(
        '<item rdf:about="%s"><title>%s</title><link>%s</link><description>%s</description><dc:date>%s</dc:date>'
        "<dc:creator>%s</dc:creator></item>\n"
        % (
            link,
            escape(story.title),
            link,
            escape(_summary(site, story, midnight)),
            iso_date(published(story, midnight)),
            escape(story.author),
        )
        for link, story in zip(links, site.stories, strict=True)
    )
    head = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="%s/"><title>%s</title><link>%s/</link>'
        "<description>%s</description><items><rdf:Seq>%s</rdf:Seq></items></channel>\n"
    )
    values = (site.base, escape(site.name), site.base, escape(site.tagline), sequence)
    return (_XML + head % values + items + "</rdf:RDF>\n").encode()


def json_feed(site: Site, midnight: datetime) -> bytes:
    """Returns the site's stories as JSON Feed 1.1, with their full text."""
    items = [
        {
            "id": story.slug,
            "url": site.base + story.path,
            "title": story.title,
            "language": story.language,
            "summary": _summary(site, story, midnight),
            "content_html": fill(
                body_html(story.paragraphs), {site.key: site.base}, published(story, midnight), story.language
            ),
            "date_published": iso_date(published(story, midnight)),
            "authors": [{"name": story.author}],
        }
        for story in site.stories
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": site.name,
        "home_page_url": site.base + "/",
        "feed_url": site.base + "/feed.json",
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode()


def sitemap(site: Site, midnight: datetime) -> bytes:
    """Returns the site's stories as a news sitemap."""
    urls = "".join(
        "<url><loc>%s</loc><news:news><news:publication><news:name>%s</news:name><news:language>%s</news:language>"
        "</news:publication><news:publication_date>%s</news:publication_date><news:title>%s</news:title>"
        "</news:news></url>\n"
        % (
            escape(site.base + story.path),
            escape(site.name),
            story.language,
            iso_date(published(story, midnight)),
            escape(story.title),
        )
        for story in site.stories
    )
    head = (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n'
    )
    return (_XML + head + urls + "</urlset>\n").encode()


# The writer and the content type of each kind of feed that sites.json names; "gone" has none.
WRITERS: Mapping[str, tuple[Callable[[Site, datetime], bytes], str]] = {
    "rss": (rss, "application/rss+xml; charset=utf-8"),
    "tracked_rss": (tracked_rss, "application/rss+xml; charset=utf-8"),
    "broken_rss": (broken_rss, "application/rss+xml"),
    "atom": (atom, "application/atom+xml; charset=utf-8"),
    "rdf": (rdf, "application/rdf+xml; charset=utf-8"),
    "json": (json_feed, "application/feed+json"),
    "sitemap": (sitemap, "application/xml; charset=utf-8"),
}
