"""Words that a narrow column broke in two ("Ejecutad o") made whole again, for headers and labels only.

The printed text is kept beside them; a word is joined only where the document (or the vocabulary) prints it whole
elsewhere, and more often than its first piece alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from rendicion_etl.catalogs import vocabulary
from rendicion_etl.normalize.text import fold

_WORD = re.compile(r"[^\W\d_]+")


class Mender:
    """Knows the words of one document."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._count: Counter[str] = Counter()
        for words in (texts, *vocabulary("columns")["roles"].values()):
            self.learn(words)

    def learn(self, texts: Iterable[str]) -> None:
        """Know the words of more of the document."""
        self._count.update(word for text in texts for word in _WORD.findall(fold(text)))

    def mend(self, text: str) -> str:
        """The text with its broken words joined.

        >>> Mender(["Ejecutado al cierre", "ejecutado"]).mend("Ejecutad o Cuatrimestre")
        'Ejecutado Cuatrimestre'
        """
        out: list[str] = []
        for piece in text.split(" "):
            if out and self._broken(out[-1], piece):
                out[-1] += piece
            else:
                out.append(piece)
        return " ".join(out)

    def _broken(self, left: str, right: str) -> bool:
        if not (_WORD.fullmatch(left) and _WORD.fullmatch(right)):
            return False
        whole = self._count[fold(left + right)]
        return whole > 0 and whole >= self._count[fold(left)] and (left.isupper() == right.isupper() or right.islower())
