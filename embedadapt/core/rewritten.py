"""What `shrink` and `combine` report of the vectors that they wrote."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Shrunk:
    """What `shrink_vectors` left of vectors.

    Parameters
    ----------
    kind : {"words", "pieces"}
        What the rows belong to.
    n_before, n_after : int
        Rows before and after, without those of n-grams.
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
        Words, or pieces, of the first vectors, and words added from the second.
    dim : int
        Number of dimensions, those of the first.
    n_shared : int
        Shared words that the second vectors were aligned by.
    cosine : float
        Mean cosine of aligned vectors with those of the first, over a tenth of the shared words,
        which the map was not fitted to.
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
