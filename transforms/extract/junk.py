"""Lines that stand in articles and are none of it: invitations, links to other stories, notices of rights."""

from __future__ import annotations

import re

MAX_JUNK_CHARS = 400  # longer paragraphs are prose, whatever they begin with

_JUNK = re.compile(
    r"""^\W*(?:
    # newsletters
    (?:sign\s?up|subscribe|register|join)\b.{0,120}\b(?:newsletters?|inbox|mailing\s+list|e-?mails?|alerts?|briefing)\b
    |(?:thanks?\s+(?:you\s+)?for\s+(?:signing\s+up|subscribing)|you\s+(?:have\s+been|are\s+now)\s+subscribed).{0,160}$
    |(?:there\s+was\s+an\s+error|an\s+error\s+(?:has\s+)?occurred|please\s+try\s+again).{0,160}$
    # other stories
    |(?:read\s+(?:more|also|next)|also\s+read|see\s+also|more\s+(?:from|on|stories)|related(?:\s+(?:stories|articles?|news
      |content|topics?|posts?|reading|links|coverage))?|recommended(?:\s+reading)?|you\s+(?:may|might)\s+also\s+like|don.t
      \s+miss|lesen\s+sie\s+auch|mehr\s+zum\s+thema|auch\s+interessant|(?:à\s+)?lire\s+aussi|leggi\s+anche
      |lee\s+también|te\s+puede\s+interesar|leia\s+(?:também|mais)|lees\s+ook|läs\s+också|читайте\s+также)
      \s*(?:[:|—–-].{0,160}|su:.{0,160})?$
    |(?:continue\s+reading|(?:story|article|page)\s+continues|scroll\s+(?:down\s+)?to\s+continue
      |(?:click\s+here\s+to\s+)?read\s+the\s+full\s+(?:article|story|review)).{0,60}$
    # people to follow or to write to
    |(?:follow|find|contact|reach|e-?mail|write\s+to|tweet)\b.{0,140}
      (?:@\w|\bon\s+(?:twitter|facebook|instagram|linkedin|x|bluesky|threads)\b).{0,120}$
    |(?:have|got)\s+a\s+(?:news\s+)?tip\b.{0,200}$
    # rights and advertisements
    |(?:copyright\b|\(c\)|©|ⓒ).{0,240}$
    |.{0,60}\ball\s+rights\s+reserved\b.{0,160}$
    |this\s+(?:copy|material)\b.{0,60}\b(?:non-commercial\s+use\s+only|may\s+not\s+be\s+(?:published|reproduced)).{0,240}$
    |(?:skip\s+)?(?:advertisement|advertising|publicidad|publicité|anzeige|werbung|publicidade|pubblicità|реклама|広告)
      (?:\s*[-–—:].{0,40})?\W*$
    # labels and buttons
    |(?:(?:leave|post|view|show|add|write)\s+(?:a\s+|all\s+|your\s+)?)?
      (?:comments?|reply|kommentare?|commentaires?|comentarios?|comentários?|reacties)(?:\s*\(?\d*\)?)\W*$
    |(?:share(?:\s+this(?:\s+(?:article|story|post|page))?)?|print(?:\s+(?:article|this(?:\s+page)?))?|save|e-?mail
      |order\s+reprints|listen(?:\s+to\s+this\s+article)?|tell\s+us\s+what\s+you\s+think|loading|sorry|thank\s+you
      |back\s+to\s+top|copy\s+link|see\s+more|show\s+more|view\s+gallery|next\s+article|previous\s+article)\W*$
    |(?:tags?|topics?|filed\s+under|categories|keywords|schlagwörter|etiquetas|mots-clés)\s*:.{0,120}$
    |already\s+(?:have\s+an\s+account|an?\s+(?:subscriber|member)|subscribed).{0,80}$
    |(?:last\s+)?(?:updated?|published|posted|modified)\b[^.]{0,50}\b\d{4}\b[^.]{0,40}$
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_NEWSLETTER = re.compile(r"\b(?:newsletters?|inbox|mailing\s+list|letterbox)\b", re.IGNORECASE)
_INVITATION = re.compile(r"\b(?:sign(?:ing)?\s+up|subscri\w+|join|get|receive|delivered|free|your)\b", re.IGNORECASE)


def is_junk(line: str) -> bool:
    """Tells whether a line of an article's body is no part of the article."""
    if len(line) >= MAX_JUNK_CHARS:
        return False
    if _JUNK.match(line):
        return True
    return _NEWSLETTER.search(line) is not None and _INVITATION.search(line) is not None
