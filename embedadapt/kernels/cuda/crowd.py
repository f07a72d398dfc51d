"""How many writers a vocabulary allows, and which words they must share.

Writers that work at the same time do not see each other's pending changes of a row. With too many
of them on one row, the steps add up to far more than one step, and training diverges. The number
that meet on a row follows from its share of the text, so that the vocabulary determines the bounds.
They were measured at a learning rate of .025.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.types import Doubles1d, Ints1d, Longs1d

IN_FLIGHT = 100
"""Changes of one row that are pending at the same time. On 11.6 million words of contracts the
first epoch's loss is 2.27 on one processor, 2.31 with 125 and 2.52 with 250."""

HELD_COPIES = 4
"""Copies of one row that writers hold at the same time. With 15 the first epoch's loss is 4 %
higher, with 30 a third; where all rows are held, 1,056 writers diverge on those contracts."""

FEWEST_CENTRES = 1_000
"""Fewest words that a writer trains one after the other: in a short text, pending changes are a
large part of all. On 70,000 words, in one epoch, 128 made the loss .8 % higher and 1,000 make it .2
% higher; on millions of words it is no bound."""


def bound_writers(shares: Doubles1d, noise_shares: Doubles1d, window: int, negative: int) -> int:
    """The number of writers with which IN_FLIGHT changes meet on the busiest row.

    shares: (n_words,) each word's share of the text that subsampling leaves, or with subwords the
    mean share of its pieces. A word is the target of its own share of the updates and of `negative`
    times its share of the noise, and on average in the context of `window` + 1 centers.

    >>> bound_writers(np.array([0.04, 0.01]), np.array([0.05, 0.02]), window=5, negative=5)
    344
    """
    busiest = max((shares + negative * noise_shares).max(), (window + 1) * shares.max())
    return max(1, int(IN_FLIGHT / busiest))


def shared_words(shares: Doubles1d, window: int, writers: int) -> NDArray[np.bool_]:
    """Whether more than HELD_COPIES of each word's row would be held, (n_words,).

    >>> shared_words(np.array([0.04, 0.0005]), window=5, writers=400).tolist()
    [True, False]
    """
    shared: NDArray[np.bool_] = shares * writers * (2 * window + 1) > HELD_COPIES
    return shared


def piece_shares(shares: Doubles1d, offsets: Longs1d, rows: Ints1d) -> Doubles1d:
    """Mean share of each word's pieces, (n_words,); a piece has the shares of all its words.

    A step on a word goes whole to each of its n pieces. Another word is the mean of its own pieces,
    so that it moves by the part of them that the two words have in common.

    >>> piece_shares(np.array([0.3, 0.1]), np.array([0, 2, 3]), np.array([5, 0, 5])).tolist()
    [0.35, 0.4]
    """
    lengths = np.diff(offsets)
    of_rows = np.bincount(rows, weights=np.repeat(shares, lengths))
    means: Doubles1d = np.add.reduceat(of_rows[rows], offsets[:-1]) / lengths
    return means
