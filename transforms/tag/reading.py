"""Everything that is read of one document before deals are looked for: language, names, sums, terms, sector words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from transforms.tag.amounts import Amount, find_amounts
from transforms.tag.described import describe
from transforms.tag.lexicon import Lexicon, fold
from transforms.tag.mentions import Mention, NameContext, is_title_case
from transforms.tag.names import NameReader
from transforms.tag.terms import Stake, Term, find_stakes, find_terms
from transforms.tag.tokens import Document, read_document
from transforms.tag.vocabulary import Hits, Start, Trie, Vocabulary

Figure = TypeVar("Figure", Amount, Stake, Term)
LANGUAGES = ("en", "es", "fr", "it", "de", "pt")
MAX_HEADLINE_TOKENS = 24
_DOLLARS = {"CA": "CAD", "AU": "AUD", "NZ": "NZD", "SG": "SGD", "HK": "HKD"}


@dataclass(slots=True)
class Page:
    """A document with what was read of it; lists run by sentence. topics: (kind, value) of topics.csv.

    cues: for each word what begins with it.
    near_misses: events of the beginning that name two parties and were not taken for deals of the field.
    stems: the words of the sentences that the models looked at (``features.stems``).
    """

    document: Document
    language: str
    topics: list[list[tuple[str, str]]]
    mentions: list[list[Mention]]
    headline: list[bool]
    story_objects: Counter[str] = field(default_factory=Counter)
    cues: list[Start | None] = field(default_factory=list)
    hints: Trie = field(default_factory=Trie)
    amounts: list[list[Amount]] = field(default_factory=list)
    stakes: list[list[Stake]] = field(default_factory=list)
    terms: list[list[Term]] = field(default_factory=list)
    near_misses: int = 0
    stems: dict[int, list[str]] = field(default_factory=dict)

    def is_negative(self, index: int) -> bool:
        """Whether a word of quarrels, jobs, sports or fines stands in a sentence."""
        first, last, _ = self.document.sentences[index]
        return any(cue.kind == "negative" for _, hits in self.cues_in(first, last) for _, cue in hits)

    def cues_in(self, first: int, last: int) -> Iterator[tuple[int, Hits]]:
        """Yields the words first ≤ i < last with which a cue begins, and number of words and cue of all that do."""
        low, cues = self.document.low, self.cues
        for i in range(first, last):
            start = cues[i]
            if start is not None:
                yield i, start.match(low, i)

    @property
    def sector_count(self) -> Counter[str]:
        return Counter(value for hits in self.topics for kind, value in hits if kind == "sector")


def detect_language(document: Document, vocabulary: Vocabulary) -> str:
    """Returns the language whose function words are the most frequent in the first 400 tokens, else English."""
    low = document.low[:400]
    counts = {}
    for language in LANGUAGES:
        counts[language] = sum(word in vocabulary.grammar[language] for word in low if word.isalpha())
    best = max(LANGUAGES, key=lambda language: counts[language])
    return best if counts[best] > counts["en"] * 1.15 else "en"


def read_page(
    title: str | None, text: str, language: str | None, year: int | None, lexicon: Lexicon, vocabulary: Vocabulary
) -> Page:
    """Reads a story; names are left out where nothing can be of the field, sums, terms and stakes where nothing is."""
    document = read_document(title, text)
    code = (language or "")[:2].lower()
    if code not in LANGUAGES:
        code = detect_language(document, vocabulary)
    topics = _topics(document, vocabulary.topics)
    reader = NameReader(document, lexicon, vocabulary)
    headline = [sentence.paragraph == 0 for sentence in document.sentences]
    mentions: list[list[Mention]] = [[] for _ in document.sentences]
    if any(topics) or reader.may_know_a_company():
        mentions = _read_names(document, reader, headline, topics, code)
    page = Page(document, code, topics, mentions, headline)
    page.cues, page.hints = vocabulary.cues[code].begun(document.low), vocabulary.hints[code]
    if any(topics) or any(m.company and m.company.sectors for found in mentions for m in found):
        describe(document, mentions)
        _read_figures(page, year)
    return page


def _topics(document: Document, topics: Trie) -> list[list[tuple[str, str]]]:
    low, sentences = document.low, document.sentences
    found: list[list[tuple[str, str]]] = [[] for _ in sentences]
    at = 0
    for i, start in enumerate(topics.begun(low)):
        if start is not None:
            while sentences[at].last <= i:
                at += 1
            found[at] += [(cue.kind, cue.value) for _, cue in start.match(low, i)]
    return found


def _read_names(
    document: Document, reader: NameReader, headline: list[bool], topics: list[list[tuple[str, str]]], language: str
) -> list[list[Mention]]:
    """Reads the text before the title, so that a headline in title case can be read by the names of the text."""
    has_words = any(kind == "sector" for hits in topics for kind, _ in hits)
    mentions: list[list[Mention]] = [[] for _ in document.sentences]
    people: set[str] = set()
    known: set[str] = set()
    context = NameContext(has_words or reader.knows_a_company(), known, people, language)
    order = [i for i in range(len(document.sentences)) if not headline[i]] + [
        i for i in range(len(document.sentences)) if headline[i]
    ]
    for i in order:
        sentence = document.sentences[i]
        is_line = headline[i] or document.words[sentence.last - 1] not in ".!?"
        is_short = is_line and sentence.last - sentence.first <= MAX_HEADLINE_TOKENS
        context.is_title_case = is_short and is_title_case(document, sentence)
        mentions[i] = reader.read(sentence, context)
        for mention in mentions[i]:
            if mention.kind == "person":
                people.add(mention.name.split()[-1].lower())
            elif mention.kind == "org":
                key = mention.key
                known.add(key)
                known.add(key.split(" ")[0])
    _unify(mentions, people)
    return mentions


def _unify(mentions: list[list[Mention]], people: set[str]) -> None:
    """A name that begins a longer one of the text is that company; a surname of the text is a person."""
    longer: dict[str, Mention] = {}
    listed: dict[str, dict[str, Mention]] = {}  # by the first word of how the text writes them
    for found in mentions:
        for mention in found:
            if mention.kind == "org":
                first, space, _ = mention.key.partition(" ")
                if space:
                    longer.setdefault(first, mention)
                if mention.company is not None and " " in mention.name:
                    listed.setdefault(fold(mention.name.split(" ")[0]).lower(), {})[mention.key] = mention
    extended: dict[str, Mention] = {}
    for found in mentions:
        for mention in found:
            if mention.company is not None and mention.is_extended:
                extended.setdefault(mention.company.name, mention)
    fuller: dict[str, dict[str, Mention]] = {}
    for found in mentions:
        for mention in found:
            if mention.kind == "org" and mention.company is not None and " " in mention.name:
                fuller.setdefault(mention.name.split(" ")[0], {})[mention.key] = mention
    for found in mentions:
        for mention in found:
            full = extended.get(mention.company.name) if mention.company is not None else None
            if full is not None and not mention.is_extended and full.name.startswith(mention.name + " "):
                mention.name, mention.is_extended = full.name, True  # "Bharti" where the text has "Bharti Global"
            elif mention.company is not None and len(fuller.get(mention.name, {})) == 1:
                full = next(iter(fuller[mention.name].values()))
                if full.company is not mention.company and mention.name != mention.company.name:
                    mention.name, mention.company, mention.country = full.name, full.company, full.country
    for found in mentions:
        for mention in found:
            if mention.kind != "org" or mention.company is not None:
                continue
            if mention.name.lower() in people:
                mention.kind = "person"
                continue
            full = longer.get(mention.key)
            known = listed.get(mention.key, {})
            if len(known) == 1:
                own = next(iter(known.values()))  # "Array", where the text has "Array Digital Infrastructure"
                mention.name, mention.company, mention.country = own.name, own.company, own.country
                mention.is_extended = own.is_extended
            elif full is not None and full.company is None:
                mention.name = full.name


def _read_figures(page: Page, year: int | None) -> None:
    document = page.document
    country = next((m.country for found in page.mentions[:3] for m in found if m.country in _DOLLARS), None)
    dollar = _DOLLARS.get(country or "", "USD") if country and "US$" in document.full else "USD"
    page.amounts = _by_sentence(document, find_amounts(document.full, dollar))
    page.stakes = _by_sentence(document, find_stakes(document.full))
    page.terms = _by_sentence(document, find_terms(document.full, year))
    for found, amounts in zip(page.mentions, page.amounts):
        for mention in found if amounts else ():
            if any(amount.start <= document.starts[mention.first] < amount.end for amount in amounts):
                mention.kind = "other"  # the "USD38" of "USD38 million"


def _by_sentence(document: Document, found: list[Figure]) -> list[list[Figure]]:
    rows: list[list[Figure]] = [[] for _ in document.sentences]
    i = 0
    for figure in found:
        while i < len(rows) - 1 and document.ends[document.sentences[i].last - 1] <= figure.start:
            i += 1
        if rows:
            rows[i].append(figure)
    return rows


def token_spans(page: Page, index: int) -> list[tuple[int, int]]:
    """The sums of a sentence as token spans."""
    document = page.document
    sentence = document.sentences[index]
    spans = []
    i = sentence.first
    for amount in page.amounts[index] if page.amounts else ():
        while i < sentence.last and document.ends[i] <= amount.start:
            i += 1
        j = i
        while j < sentence.last and document.starts[j] < amount.end:
            j += 1
        if j > i:
            spans.append((i, j))
            i = j
    return spans
