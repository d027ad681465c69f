"""The company lexicon and the countries as data: what whoever adds a row can get wrong.

``parent`` holds the name of another row: the owner of today, or the company that a former name has become.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter, defaultdict

import pytest

from tests.files import ROOT

DATA = ROOT / "transforms" / "tag" / "data"
COMPANY_COLUMNS = ["id", "name", "aliases", "kind", "country", "parent", "sectors", "ambiguous"]
PLACE_COLUMNS = ["country", "name", "demonyms", "capital", "government_aliases", "languages_names"]
KINDS = {
    "mobile_operator", "fixed_operator", "satellite_operator", "manufacturer", "launch", "ground_segment", "tower",
    "fibre", "cable", "equipment", "mvno", "fund", "state", "agency", "military", "airline", "shipping", "tech",
    "media", "integrator", "other",
}  # fmt: skip
# Kinds whose companies are of the field, so that the sector of a deal can be told from them.
KINDS_OF_THE_FIELD = {
    "mobile_operator", "fixed_operator", "satellite_operator", "launch", "ground_segment", "tower", "fibre", "cable",
    "mvno", "equipment", "manufacturer",
}  # fmt: skip
# Legal forms that are no part of a short name. AG, SA, AS and Co also end short names proper (NBN Co), so they may.
LEGAL_FORMS = re.compile(
    r",? (Inc|Ltd|Limited|Plc|plc|LLC|GmbH|S\.p\.A|SpA|S\.A|N\.V|NV|Oyj|ASA|Bhd|Berhad|Pty|Pte)\.?$"
)
ISO_3166 = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO
    FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE
    JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO
    MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW
    PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM
    TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
""".split()
USER_ASSIGNED = ["XK"]  # Kosovo, as the European Union codes it


def split(cell: str) -> list[str]:
    return cell.split("|") if cell else []


def rows_of(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


COMPANIES = rows_of("companies.csv")
PLACES = rows_of("places.csv")


def names_of(row: dict[str, str]) -> list[str]:
    return [row["name"], *split(row["aliases"])]


def folded(name: str) -> str:
    """Returns the name without case and accents, as two rows must not share it."""
    text = unicodedata.normalize("NFKD", name).casefold()
    return "".join(c for c in text if not unicodedata.combining(c))


@pytest.mark.parametrize(("file", "columns"), [("companies.csv", COMPANY_COLUMNS), ("places.csv", PLACE_COLUMNS)])
def test_columns_and_clean_cells(file: str, columns: list[str]) -> None:
    rows = rows_of(file)
    assert list(rows[0]) == columns
    for row in rows:
        assert None not in row, row
        for column, cell in row.items():
            assert cell is not None, row
            assert cell == unicodedata.normalize("NFC", cell).strip(), (row, column)
            assert not re.search(r"[\x00-\x1f\u00a0\u200b-\u200f]|  ", cell), (row, column)
            parts = split(cell)
            assert all(part and part == part.strip() for part in parts), (row, column)
            assert len(parts) == len(set(parts)), (row, column)


def test_enough_companies_of_every_kind() -> None:
    assert len(COMPANIES) >= 1_200
    kinds = Counter(row["kind"] for row in COMPANIES)
    assert set(kinds) <= KINDS
    # Governments come from places.csv, by rule.
    assert all(kinds[kind] >= 30 for kind in KINDS - {"state"}), kinds


def test_names_are_unique_and_short() -> None:
    shared = [name for name, count in Counter(folded(row["name"]) for row in COMPANIES).items() if count > 1]
    assert not shared
    for row in COMPANIES:
        assert 2 <= len(row["name"]) <= 60, row
        assert not LEGAL_FORMS.search(row["name"]), row


def test_ids_are_wikidata_items_and_unique() -> None:
    ids = [row["id"] for row in COMPANIES if row["id"]]
    assert len(ids) >= 300
    assert all(re.fullmatch(r"Q[1-9]\d{1,9}", item) for item in ids)
    assert len(ids) == len(set(ids))


def test_countries_are_iso_codes_of_places() -> None:
    known = {row["country"] for row in PLACES}
    assert [row["name"] for row in COMPANIES if row["country"] not in known] == []


def test_sectors_say_what_the_kinds_need() -> None:
    for row in COMPANIES:
        assert set(split(row["sectors"])) <= {"telecom", "satellite"}, row
        if row["kind"] in KINDS_OF_THE_FIELD:
            assert row["sectors"], row
        if row["kind"] in {"fund", "airline", "shipping", "military"}:
            assert not row["sectors"], row


def test_parents_are_rows_and_make_no_circle() -> None:
    parents = {row["name"]: row["parent"] for row in COMPANIES}
    assert [row["name"] for row in COMPANIES if row["parent"] and row["parent"] not in parents] == []
    for name in parents:
        seen = {name}
        above = parents[name]
        while above:
            assert above not in seen, (name, above)
            seen.add(above)
            above = parents[above]


def test_ambiguous_repeats_names_of_the_row() -> None:
    for row in COMPANIES:
        assert set(split(row["ambiguous"])) <= set(names_of(row)), row
        assert row["name"] not in split(row["aliases"]), row


def test_a_name_means_one_company_unless_flagged() -> None:
    owners: dict[str, dict[str, bool]] = defaultdict(dict)
    for row in COMPANIES:
        flagged = {folded(name) for name in split(row["ambiguous"])}
        for name in names_of(row):
            owners[folded(name)][row["name"]] = folded(name) in flagged
    shared = {name: rows for name, rows in owners.items() if len(rows) > 1 and not all(rows.values())}
    assert shared == {}


def test_a_name_that_is_a_country_or_capital_too_is_flagged() -> None:
    places = {
        folded(name) for row in PLACES for column in PLACE_COLUMNS[1:] for name in split(row[column])
    }  # fmt: skip
    unflagged = [
        (row["name"], name)
        for row in COMPANIES
        for name in names_of(row)
        if folded(name) in places and name not in split(row["ambiguous"])
    ]
    assert unflagged == []


# Ordinary words and first names that are companies of the field as well.
ORDINARY = (
    "Orange Three Sky Apple Amazon Globe Smart True Viva Zain Free Play Wind Salt Sunrise Spark Elisa Claro Vivo "
    "Personal Optimum Meteor Sprint Frontier Planet Spire Astra Apex Firefly Rain Chorus Flow Bite Idea Jazz Robi "
    "Switch Arm Fox Viking Carnival Delta Emirates Condor Apollo Ares Fidelity Fortress Meta Honor Nothing Palm Sharp "
    "Danger Globo"
).split()


@pytest.mark.parametrize("word", ORDINARY)
def test_ordinary_words_are_listed_and_flagged(word: str) -> None:
    holders = [row for row in COMPANIES if word in names_of(row)]
    assert holders
    assert all(word in split(row["ambiguous"]) for row in holders)


@pytest.mark.parametrize(
    ("written", "name", "parent"),
    [
        ("Starlink", "SpaceX", ""),
        ("Project Kuiper", "Amazon", ""),
        ("Amazon Leo", "Amazon", ""),
        ("OneWeb", "OneWeb", "Eutelsat"),
        ("TIM", "Telecom Italia", ""),
        ("Pentagon", "US Department of Defense", ""),
        ("Kohlberg Kravis Roberts", "KKR", ""),
        ("TeliaSonera", "TeliaSonera", "Telia"),
        ("Telefónica", "Telefonica", ""),
        ("Federal Communications Commission", "FCC", ""),
    ],
)
def test_brands_and_former_names_lead_to_a_company(written: str, name: str, parent: str) -> None:
    holders = [row for row in COMPANIES if written in names_of(row)]
    assert [(row["name"], row["parent"]) for row in holders] == [(name, parent)]


def test_places_are_all_of_iso_3166() -> None:
    assert sorted(row["country"] for row in PLACES) == sorted(ISO_3166 + USER_ASSIGNED)


def test_a_name_of_a_place_means_one_country() -> None:
    for columns in (["name", "languages_names"], ["government_aliases"]):
        owners: dict[str, set[str]] = defaultdict(set)
        for row in PLACES:
            for name in {name for column in columns for name in split(row[column])}:
                owners[folded(name)].add(row["country"])
        assert {name: countries for name, countries in owners.items() if len(countries) > 1} == {}


@pytest.mark.parametrize(
    ("code", "name", "names", "demonym", "actor"),
    [
        ("DE", "Germany", "Alemania Allemagne Germania Deutschland Alemanha", "German", "Berlin"),
        ("IT", "Italy", "Italia Italie Italien Itália", "Italians", "Rome"),
        ("GB", "United Kingdom", "UK Britain Royaume-Uni Großbritannien", "British", "Downing Street"),
        ("US", "United States", "US U.S. USA États-Unis EE.UU.", "American", "White House"),
        ("RU", "Russia", "Rusia Russie Russland Rússia", "Russian", "Kremlin"),
        ("NL", "Netherlands", "Holland Pays-Bas Niederlande", "Dutch", "The Hague"),
        ("VN", "Vietnam", "Vietnã Vietname", "Vietnamese", "Hanoi"),
    ],
)
def test_places_as_news_writes_them(code: str, name: str, names: str, demonym: str, actor: str) -> None:
    (row,) = [row for row in PLACES if row["country"] == code]
    assert row["name"] == name
    assert set(names.split()) <= set(split(row["languages_names"]))
    assert demonym in split(row["demonyms"])
    assert actor in split(row["government_aliases"])


def test_sovereign_places_have_a_demonym_and_a_capital() -> None:
    # Those without are islands without a population, and cities that are states.
    assert {row["country"] for row in PLACES if not row["demonyms"]} <= {"BV", "GS", "HM", "IO", "SJ", "TF", "UM"}
    assert {row["country"] for row in PLACES if not row["capital"]} <= {"AQ", "BV", "HK", "HM", "IO", "MO", "TK", "UM"}
