"""Text in pictures: RapidOCR finds the lines of text and reads them, with the models that its own wheel brings."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from rendicion_etl.reading.page import Picture

Quads = npt.NDArray[np.float64]  # n lines of text x 4 corners x (x, y) in pixels, clockwise from the top left

AT_ONCE = 4  # lines of text that one call reads: more are no faster, since the widest sets the width of all
THREADS = min(os.cpu_count() or 1, 4)
FOUND_AT = 2000  # pixels of the longer side: larger pictures are reduced while text is sought


class Reading(NamedTuple):
    """What a line of text says. Of each character: its middle as a share of the line's width, and how sure it is."""

    text: str
    middles: tuple[float, ...]
    sure: tuple[float, ...]

    @property
    def certainty(self) -> float:
        """How sure the least sure digit is, or the least sure character where there is no digit; 0 for no text."""
        digits = [s for c, s in zip(self.text, self.sure, strict=True) if c.isdigit()]
        return min(digits or self.sure, default=0.0)


class Ocr:
    """The models, loaded at the first use. Calls take up to THREADS processors: the models let go of Python's lock."""

    def find(self, picture: Picture) -> Quads:
        """Where lines of text stand in a picture."""
        found = self._finder(_coloured(picture), use_det=True, use_cls=False, use_rec=False)
        return np.empty((0, 4, 2)) if found.boxes is None else np.asarray(found.boxes, dtype=float).reshape(-1, 4, 2)

    def read(self, lines: Sequence[Picture]) -> list[Reading]:
        """What lines of text say, each a picture of its own."""
        order = sorted(range(len(lines)), key=lambda k: lines[k].shape[1] / lines[k].shape[0])
        parts = [order[k : k + AT_ONCE] for k in range(0, len(order), AT_ONCE)]
        out: list[Reading] = [Reading("", (), ())] * len(lines)
        self._reader  # noqa: B018  loaded once, not by each thread
        with ThreadPoolExecutor(THREADS) as pool:
            for part, readings in zip(parts, pool.map(lambda p: self._read([lines[k] for k in p]), parts), strict=True):
                for k, reading in zip(part, readings, strict=True):
                    out[k] = reading
        return out

    def _read(self, lines: list[Picture]) -> list[Reading]:
        found = self._reader.recognize_txt([_coloured(line) for line in lines])
        return [_reading(text, words) for text, words in zip(found.txts, found.word_results, strict=True)]

    @cached_property
    def _finder(self) -> Any:
        return _engine(THREADS)

    @cached_property
    def _reader(self) -> Any:
        return _engine(1)


def _engine(threads: int) -> Any:
    """RapidOCR, which loads each of its models when it is first asked for."""
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.max_side_len": FOUND_AT,
            "Global.return_word_box": True,
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            # No wider than the widest line of a call: the usual 320 are mostly paper beside a figure.
            "Rec.rec_img_shape": [3, 48, 48],
            "Rec.rec_batch_num": AT_ONCE,
        }
    )


def _coloured(picture: Picture) -> npt.NDArray[np.uint8]:
    return np.repeat(picture[:, :, None], 3, axis=2)


def _reading(text: str, words: Any) -> Reading:
    """The characters of a line, white space among them, with their places in the columns of the model."""
    columns = [column for word in words.word_cols for column in word]
    total = words.line_txt_len or 1
    middles, sure, k = [], [], 0
    for char, confidence in zip(text, words.confs, strict=False):
        sure.append(float(confidence))
        if char.isspace():  # its column is not told: it stands between its neighbours
            middles.append(float("nan"))
            continue
        middles.append((columns[k] + 0.5) / total if k < len(columns) else 1.0)
        k += 1
    return Reading(text, tuple(middles), tuple(sure))
