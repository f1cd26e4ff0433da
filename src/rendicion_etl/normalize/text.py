"""The forms in which printed text is compared: accents, case, line breaks and broken words do not count.

`fold` keeps words apart and is what patterns are written for; `squash` and `key` also survive words that the
print broke with spaces or hyphens. What is kept for the reader is always the printed text, never these forms.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Soft hyphen, zero-width marks, and the two signs with which pdfium marks a hyphen at the end of a line.
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff\ufffe\u0002"))
_SIGNS = str.maketrans({**dict.fromkeys("‐‑‒–—―−", "-"), **dict.fromkeys("‘’´`", "'"), **dict.fromkeys("“”«»", '"')})
_NOT_KEY = re.compile(r"[^a-z0-9]+")
_SPACE = re.compile(r"\s+")


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Lower case without accents (ñ becomes n), one space between words, plain hyphens and quotes.

    >>> fold("  MUJER  INDÍGENA – Cabañas ")
    'mujer indigena - cabanas'
    """
    text = text.translate(_INVISIBLE).translate(_SIGNS)
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return _SPACE.sub(" ", text.casefold()).strip()


def squash(text: str) -> str:
    """`fold` without any white space: "Quetzal tenango" and "Quetzaltenango" are the same.

    >>> squash("Q 1,000.00 ")
    'q1,000.00'
    """
    return fold(text).replace(" ", "")


def key(text: str) -> str:
    """Letters and digits of `fold` only: for names, where commas, dots and hyphens do not count either.

    >>> key("Nor-occidente") == key("NOROCCIDENTE")
    True
    """
    return _NOT_KEY.sub("", fold(text))


def words(text: str) -> tuple[str, ...]:
    """The words of `fold`, punctuation left out.

    >>> words("Propiedad, Planta, Equipo")
    ('propiedad', 'planta', 'equipo')
    """
    return tuple(w for w in _NOT_KEY.split(fold(text)) if w)
