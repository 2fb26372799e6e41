"""All specimens."""

from . import encodings, objects, packed, pages, places, tables, texts
from .specimen import Specimen

KINDS = {
    "Encodings": encodings.SPECIMENS,
    "Odd texts": texts.SPECIMENS,
    "Packed files and documents": packed.SPECIMENS,
    "Web pages": pages.SPECIMENS,
    "JSON": objects.SPECIMENS,
    "CSV and Parquet": tables.SPECIMENS,
    "Files and names": places.SPECIMENS,
}
"""Specimens by their kind."""

ALL: list[Specimen] = [specimen for kind in KINDS.values() for specimen in kind]
