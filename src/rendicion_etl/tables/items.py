"""Printed lines as items, what a table without rules is made of: figures that stand alone, and runs of words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from rendicion_etl.reading.lines import Indices, Run, runs_by_level, text_of, words_of
from rendicion_etl.reading.page import Box, Chars

# Of a figure, as one word: 1,234.56 | 1.234,56 | (401,183.00) | -5 | 28% | Q5.00 | 12*
_FIGURE = re.compile(
    r"[-–(]*(?:Q|\$)?\.?[-–(]*(?:\d{1,3}(?:[.,]\d{3})+|\d+)(?:[.,]\d+)?\)?%?[)-]?\*{0,2}", re.IGNORECASE
)
_AMOUNT = re.compile(r"[.,]\d|%")  # what tells an amount from a plain number, which may belong to a label
_DASH = re.compile(r"[-–—]+")
_SIGN = re.compile(r"(?:Q|GTQ|US\$|\$)\.?", re.IGNORECASE)

WORD_GAP = 0.8  # of the font's height: words no further apart belong to one text
SIGN_GAP = 0.6  # a minus no further than this from its figure belongs to it
PERCENT_GAP = 1.2


@dataclass(eq=False, slots=True)
class Item:
    """A figure or a run of words on one baseline. `level` counts the baselines of the page from the top."""

    text: str
    box: Box
    figure: bool
    bold: bool
    level: int

    @property
    def middle(self) -> float:
        return (self.box.top + self.box.bottom) / 2


@dataclass(slots=True)
class _Piece:
    """A word, or a figure with its signs: one or more words that are sure to belong together."""

    text: str
    box: Box
    figure: bool
    chars: Indices


def items_of(chars: Chars) -> list[list[Item]]:
    """The items of a page by baseline, top to bottom; on each from left to right."""
    return [list(_items(chars, level, k)) for k, level in enumerate(runs_by_level(chars))]


def _items(chars: Chars, runs: Sequence[Run], level: int) -> Iterator[Item]:
    words = sorted((w for run in runs for w in words_of(chars, run)), key=lambda w: w.box.x0)
    pieces: list[_Piece] = []
    for piece in _with_signs([_Piece(text_of(chars, w.chars), w.box, False, w.chars) for w in words]):
        if pieces and _belongs(pieces[-1], piece):
            pieces[-1] = _joined([pieces[-1], piece], figure=False)
        else:
            pieces.append(piece)
    for piece in pieces:
        bold = bool(chars.bold[piece.chars].mean() > 0.5)
        yield Item(piece.text, piece.box, piece.figure, bold, level)


def _with_signs(words: list[_Piece]) -> Iterator[_Piece]:
    """Figures with the currency sign, minus and percent sign that are printed beside them."""
    k = 0
    while k < len(words):
        end = k
        if _SIGN.fullmatch(words[k].text):
            end = k + 1 if k + 1 < len(words) and _is_figure(words[k + 1].text) else k
        if _DASH.fullmatch(words[end].text) and end + 1 < len(words) and _FIGURE.fullmatch(words[end + 1].text):
            end += _gap(words[end], words[end + 1]) < SIGN_GAP * words[end + 1].box.height
        if end + 1 < len(words) and words[end + 1].text == "%" and _FIGURE.fullmatch(words[end].text):
            end += _gap(words[end], words[end + 1]) < PERCENT_GAP * words[end].box.height
        yield _joined(words[k : end + 1], figure=any(_is_figure(w.text) for w in words[k : end + 1]))
        k = end + 1


def _is_figure(text: str) -> bool:
    return bool(_FIGURE.fullmatch(text) or _DASH.fullmatch(text))


def _belongs(left: _Piece, right: _Piece) -> bool:
    """Whether two neighbours are one text: words, or a word and the plain number beside it (`Grupo 0`, `(201)`)."""
    if left.figure and right.figure:
        return False
    if any(piece.figure and (_AMOUNT.search(piece.text) or _DASH.fullmatch(piece.text)) for piece in (left, right)):
        return False
    letter = right.box.width / max(len(right.text), 1)  # print may be set wide
    return _gap(left, right) < WORD_GAP * max(right.box.height, 1.6 * letter)


def _gap(left: _Piece, right: _Piece) -> float:
    return right.box.x0 - left.box.x1


def _joined(pieces: Sequence[_Piece], figure: bool) -> _Piece:
    if len(pieces) == 1:
        return _Piece(pieces[0].text, pieces[0].box, figure, pieces[0].chars)
    text = " ".join(p.text for p in pieces)
    return _Piece(text, Box.around([p.box for p in pieces]), figure, np.concatenate([p.chars for p in pieces]))
