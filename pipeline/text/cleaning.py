"""Repairs of Arabic text that account for themselves: what was changed, how often, and where it came from.

`clean` runs before AraBERT's own preprocessing and guards against what that would destroy: presentation forms (dropped
whole), Persian letters (made spaces, الصین -> "الص ن"), joiners, direction marks, U+0670 and the byte order mark (each
cuts a word in two), text between < and > (taken for a tag). No letter is ever dropped, and a text that is clean
already comes back as it is.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pipeline.text.alignment import Alignment, Rewriter, Rewriting
from pipeline.text.characters import PLAIN
from pipeline.text.latin import separate_latin as separate_latin_words
from pipeline.text.marks import settle_marks
from pipeline.text.markup import decode_entities, defuse_entities, replace_angle_brackets
from pipeline.text.repairs import DAMAGED, CharacterRepairs, character_repairs

_PLAIN: Final = re.compile(f"[{re.escape(PLAIN)}]*")

LINE_BREAKS: Final = "line breaks normalized"

# Text escaped twice is common (&amp;nbsp;, undone in one round); one that takes more rounds than this to come to rest
# was built to, and what is left of it is defused so that time stays linear.
_ENTITY_ROUNDS: Final = 4


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A cleaned text and the account of its cleaning.

    Attributes:
        text: What the model sees.
        counts: Kind of repair -> number of characters (of entities, tags, line breaks and Latin words: of cases).
    """

    text: str
    counts: Mapping[str, int]
    _passes: tuple[Alignment, ...] = field(default=(), repr=False)

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """Find the stretch of the original text that a stretch of the cleaned text came from.

        What was removed belongs to the character before it: the stretch of a word takes its last haraka along.
        A boundary within a replacement (of a ligature by its letters) widens to the whole of what was replaced.

        Args:
            start: First character of the span in `text`.
            end: One past its last character.

        Returns:
            Start and end in the original text, start <= end.

        Raises:
            IndexError: The span is not within `text`.
        """
        if not 0 <= start <= end <= len(self.text):
            message = f"no span {start}:{end} in a text of {len(self.text)} characters"
            raise IndexError(message)
        source_start, source_end = start, end
        for alignment in reversed(self._passes):
            source_start = alignment.source_start(source_start)
            source_end = alignment.source_end(source_end)
        return source_start, source_start if start == end else source_end


def clean(
    text: str,
    *,
    strip_diacritics: bool = True,
    fold_letters: bool = True,
    fold_digits: bool = True,
    separate_latin: bool = True,
) -> Cleaned:
    """Repair an Arabic text, keeping count of every repair and the way back to the original.

    Always: presentation forms to letters, tatweel out, invisible and control characters out, every space to " ", every
    line break to a newline (kept: splitting into paragraphs comes later), HTML entities and stray tags undone, a hamza
    or madda written as a sign of its own joined to its letter, angle brackets to « », characters lost in an earlier
    decoding to a space. Cleaning twice is cleaning once, and time is linear in the length of the text.

    Args:
        text: Any string.
        strip_diacritics: Remove harakat, Quranic signs and other combining marks.
        fold_letters: Write Persian, Urdu and other letters as the Arabic ones that they stand for, and accented Latin
            letters without accent.
        fold_digits: Write Arabic-Indic and Persian digits, ٪ ٫ ٬ in ASCII.
        separate_latin: Put a space between Arabic and Latin letters that touch (وBRICS), except in web addresses.

    Returns:
        The cleaned text with its counts and its alignment.
    """
    if _PLAIN.fullmatch(text):
        return Cleaned(text, {})
    repairs = character_repairs(fold_letters=fold_letters, fold_digits=fold_digits)
    draft = _Draft(text)
    counts = draft.counts
    draft.take(_join_line_breaks(draft.text, counts))
    draft.take(_replace_characters(draft.text, counts, repairs))
    # Entities first: a tatweel between two &nbsp; stands alone, and is a dash.
    draft.take(decode_entities(draft.text, counts, repairs.targets))
    draft.take(settle_marks(draft.text, counts, keep=not strip_diacritics))
    for _ in range(_ENTITY_ROUNDS):
        if not draft.take(decode_entities(draft.text, counts, repairs.targets)):
            break
        draft.take(settle_marks(draft.text, counts, keep=not strip_diacritics))
    draft.take(defuse_entities(draft.text, counts))
    draft.take(replace_angle_brackets(draft.text, counts))
    if separate_latin:
        draft.take(separate_latin_words(draft.text, counts))
    return Cleaned(draft.text, dict(counts), tuple(draft.alignments))


class _Draft:
    """A text on its way through the passes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.counts: Counter[str] = Counter()
        self.alignments: list[Alignment] = []

    def take(self, rewriting: Rewriting | None) -> bool:
        """Go on with what a pass made of the text; tell whether it changed anything."""
        if rewriting is None:
            return False
        self.text, alignment = rewriting
        if len(alignment):
            self.alignments.append(alignment)
        return True


def _join_line_breaks(text: str, counts: Counter[str]) -> Rewriting | None:
    """Make one newline of each carriage return and line feed."""
    start = text.find("\r\n")
    if start < 0:
        return None
    rewriter = Rewriter(text)
    while start >= 0:
        rewriter.replace(start, start + 2, "\n")
        counts[LINE_BREAKS] += 1
        start = text.find("\r\n", start + 2)
    return rewriter.finish()


def _replace_characters(text: str, counts: Counter[str], repairs: CharacterRepairs) -> Rewriting | None:
    """Replace every character that has a replacement of its own."""
    stray = repairs.stray.search(text)
    if stray is None:
        return None
    rewriter = Rewriter(text)
    replaced: list[str] = []
    while stray:
        start, end = stray.span()
        run = stray[0]
        replaced.append(run)
        if repairs.one_to_one.fullmatch(run):
            rewriter.substitute(start, run.translate(repairs.targets))
        else:
            for piece in repairs.pieces.finditer(run):
                target = piece[0].translate(repairs.targets)
                if piece["single"]:
                    rewriter.substitute(start + piece.start(), target)
                else:
                    rewriter.replace(start + piece.start(), start + piece.end(), target)
        stray = repairs.stray.search(text, end)
    for character, number in Counter("".join(replaced)).items():
        counts[repairs.kinds.get(character, DAMAGED)] += number
    return rewriter.finish()
