"""What a worker installs: the packages, their data, and the libraries they need."""

from pathlib import Path

from setuptools import setup

VERSION = "0.1.0"

REQUIRES = [
    "apache-beam>=2.77,<2.78",
    "feedparser>=6.0.14,<6.1",
    "trafilatura>=2.3.1,<2.4",
    "lxml_html_clean>=0.4.4",  # trafilatura needs it; older pips miss the extra that asks for it
    "pyarrow>=25,<26",
    "aiohttp>=3.14,<4",
    "certifi",
    "protego>=0.7,<1",
    "dateparser>=1.2,<2",
    "htmldate>=1.9,<2",
    "courlan>=1.3,<2",
    "currencyconverter>=0.18.23",
    "py3langid>=0.4,<0.5",
    "duckdb>=1.4,<3",
    "rich>=14,<16",
]

setup(
    name="bentpipe",
    version=VERSION,
    description="From news feeds to telecom and satellite deal facts, on Apache Beam",
    long_description=Path(__file__).with_name("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    python_requires=">=3.11",
    packages=[
        "schemas",
        "transforms",
        "transforms._http",
        "transforms._warehouse",
        "transforms.collect",
        "transforms.extract",
        "transforms.tag",
        "transforms.write",
        "pipeline",
        "runners",
        "feeds",
        "samples",
    ],
    package_data={
        "feeds": ["*.opml"],
        "samples": ["*.json", "*.jsonl", "stories/*/*.md", "templates/*.html"],
        "transforms.tag": ["data/*.csv"],
    },
    install_requires=REQUIRES,
    extras_require={
        "aws": ["s3fs>=2026.9"],
        "gcp": ["apache-beam[gcp]>=2.77,<2.78", "gcsfs>=2026.9"],
        "bench": ["scikit-learn>=1.7,<2"],  # fits the tagger's models
        "dev": [
            "build",
            "hypothesis>=6.100",
            "mypy>=2,<3",
            "psutil",
            "pytest>=9,<10",
            "ruff>=0.17,<0.18",
            "setuptools>=70.1",  # makes wheels by itself
        ],
    },
    entry_points={"console_scripts": ["bentpipe = pipeline.__main__:main"]},
    classifiers=["Private :: Do Not Upload", "Programming Language :: Python :: 3.11", "Typing :: Typed"],
)
