"""``tag``, ``extract``, ``parse``: the pure functions on files, JSON lines out."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

from apache_beam.utils.timestamp import Timestamp

from pipeline.errors import EXIT_DONE, UserError
from pipeline.output import print_rows
from transforms.collect.parse import entries_of_file
from transforms.extract.files import extract_file
from transforms.tag import Tagger, tags_to_json
from transforms.tag.lexicon import LexiconError


def tag(args: argparse.Namespace) -> int:
    """Tags JSON lines of stories."""
    try:
        tagger = Tagger(args.lexicon)
    except LexiconError as error:
        raise UserError(str(error)) from None
    for where, line in _lines(args.files):
        story = _story(where, line)
        title, text = story.get("title"), story["text"]
        published_at = Timestamp.from_rfc3339(story["published_at"]) if story.get("published_at") else None
        tags = tagger.tag(title, text, story.get("lang"), published_at)
        story_id: Any = story.get("id")
        print_rows([tags_to_json(story_id, tags, title, text)], "json")
    return EXIT_DONE


def extract(args: argparse.Namespace) -> int:
    """Extracts saved pages."""
    paths = [path for name in args.files for path in _pages(name)]
    if args.url and len(paths) != 1:
        raise UserError("--url names the address of a single page; there are %d" % len(paths))
    for path in paths:
        print_rows([extract_file(path, args.url)], "json")
    return EXIT_DONE


def parse(args: argparse.Namespace) -> int:
    """Parses saved feeds."""
    for name in args.files:
        print_rows(list(entries_of_file(name)), "json")
    return EXIT_DONE


COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {"tag": tag, "extract": extract, "parse": parse}


def _pages(name: str) -> list[str]:
    """A file, or all files below a folder."""
    path = Path(name)
    return sorted(str(p) for p in path.rglob("*") if p.is_file()) if path.is_dir() else [name]


def _lines(files: list[str]) -> Iterator[tuple[str, str]]:
    """The lines of the files (of standard input without any), each with where it stands."""
    for name in files or ["-"]:
        try:
            handle: TextIO = sys.stdin if name == "-" else open(name, encoding="utf-8")  # noqa: SIM115
        except OSError as error:
            raise UserError("cannot read %s: %s" % (name, error.strerror)) from None
        with handle:
            for number, line in enumerate(handle, 1):
                if line.strip():
                    yield "%s line %d" % (name, number), line


def _story(where: str, line: str) -> dict[str, Any]:
    try:
        story = json.loads(line)
    except ValueError:
        story = None
    if not isinstance(story, dict) or not isinstance(story.get("text"), str):
        raise UserError('%s is no story; write {"id": …, "title": …, "text": …}' % where)
    return story
