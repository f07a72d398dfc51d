"""What `shrink` and `combine` report of the vectors that they wrote."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Shrunk:
    """Counts of what `shrink_vectors` kept.

    Parameters
    ----------
    kind : {"words", "pieces"}
        What each row is the vector of.
    n_before, n_after : int
        Number of rows before and after, without the rows of n-grams.
    dim : int
        Number of dimensions.
    path : str
        What was written.

    Examples
    --------
    >>> embedadapt.Shrunk("words", 400_000, 10_000, 50, "small.safetensors").share
    0.025
    """

    kind: str
    n_before: int
    n_after: int
    dim: int
    path: str

    @property
    def share(self) -> float:
        """Share of the rows that was kept."""
        return self.n_after / self.n_before

    def to_dict(self) -> dict[str, Any]:
        """Return the result as a mapping with its format number.

        Returns
        -------
        dict
            JSON-ready.
        """
        return {"format": 1, **asdict(self)}


@dataclass(frozen=True)
class Combined:
    """What `combine_vectors` wrote.

    Parameters
    ----------
    n_first, n_added : int
        Number of words (or pieces) of the first vectors, and number of words that were added from
        the second.
    dim : int
        Number of dimensions, which is that of the first vectors.
    n_shared : int
        Number of shared words that the alignment was fitted to.
    cosine : float
        Mean cosine between aligned vectors and the first vectors, over the tenth of the shared
        words that was held out from the fit.
    path : str
        What was written.

    Examples
    --------
    >>> embedadapt.Combined(400_000, 1_200, 50, 20_000, 0.62, "both.txt").to_dict()["n_added"]
    1200
    """

    n_first: int
    n_added: int
    dim: int
    n_shared: int
    cosine: float
    path: str

    def to_dict(self) -> dict[str, Any]:
        """Return the result as a mapping with its format number.

        Returns
        -------
        dict
            JSON-ready.
        """
        return {"format": 1, **asdict(self)}
