"""What results offer to people at work in Python: frames, a short view in notebooks, plots.

A result is a value and knows no report. `embedadapt.report` is found by name, when one is wanted.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embedadapt.core.errors import MissingExtraError
from embedadapt.core.files import replacing_file

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow
    from matplotlib.axes import Axes


class InNotebooks:
    """A value that notebooks show as a few kilobytes of HTML, made of what it holds already."""

    def _repr_html_(self) -> str:
        view: str = import_module("embedadapt.report.notebook").view(self)
        return view


class Framed:
    """A result that converts to frames of pandas, polars and Arrow. Each part has one row per item.

    Examples
    --------
    >>> report = embedadapt.analyze_oov(vectors, ["The licensor grants a license."])
    >>> report.to_arrow("words").select(["word", "count"]).to_pylist()
    [{'word': 'licensor', 'count': 1}]
    """

    def to_pandas(self, part: str | None = None) -> pandas.DataFrame:
        """Return one part as a pandas DataFrame.

        Parameters
        ----------
        part : str, optional
            Name of the part. Default: the first part of the class.

        Returns
        -------
        pandas.DataFrame
            A row for each item of the part.

        Raises
        ------
        SettingsError
            There is no part of this name.
        MissingExtraError
            pandas is not installed.
        """
        frames = _wanting("pandas", "frames")
        names, rows = _rows(self, part)
        frame: pandas.DataFrame = frames.DataFrame.from_records(rows, columns=names)
        return frame

    def to_polars(self, part: str | None = None) -> polars.DataFrame:
        """Return one part as a polars DataFrame.

        Parameters
        ----------
        part : str, optional
            Name of the part. Default: the first part of the class.

        Returns
        -------
        polars.DataFrame
            A row for each item of the part.

        Raises
        ------
        SettingsError
            There is no part of this name.
        MissingExtraError
            polars is not installed.
        """
        frames = _wanting("polars", "frames")
        names, rows = _rows(self, part)
        frame: polars.DataFrame = frames.DataFrame(
            rows, schema=names, orient="row", infer_schema_length=None
        )
        return frame

    def to_arrow(self, part: str | None = None) -> pyarrow.Table:
        """Return one part as a pyarrow Table.

        Parameters
        ----------
        part : str, optional
            Name of the part. Default: the first part of the class.

        Returns
        -------
        pyarrow.Table
            A row for each item of the part.

        Raises
        ------
        SettingsError
            There is no part of this name.
        MissingExtraError
            pyarrow is not installed.
        """
        frames = _wanting("pyarrow", "frames")
        names, rows = _rows(self, part)
        return frames.table({name: [row[i] for row in rows] for i, name in enumerate(names)})


class Plotted:
    """A result that can be drawn.

    Examples
    --------
    >>> report = embedadapt.analyze_oov(vectors, text)
    >>> report.plot().get_title()  # doctest: +SKIP
    'Coverage by frequency band: glove.6B.50d.60k.safetensors'
    """

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the value with matplotlib.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Axes to draw on. Default: a new figure.

        Returns
        -------
        matplotlib Axes
            `ax.figure.savefig(path)` saves the figure.

        Raises
        ------
        MissingExtraError
            matplotlib is not installed.
        """
        _wanting("matplotlib", "plots")
        axes: Axes = import_module("embedadapt.report.plots").plot(self, ax)
        return axes


def save_page(path: str | Path, renderer: str, *values: Any, **names: Any) -> None:
    """Write the page that a function of embedadapt.report ("html.render_oov") makes of values.

    Raises OutputError where the file cannot be written.
    """
    module, _, function = renderer.partition(".")
    render = getattr(import_module(f"embedadapt.report.{module}"), function)
    page = render(*values, **names)
    with replacing_file(path) as file:
        file.write(page.encode("utf-8"))


def _rows(value: object, part: str | None) -> tuple[list[str], list[tuple[Any, ...]]]:
    frame: tuple[list[str], list[tuple[Any, ...]]]
    frame = import_module("embedadapt.report.frames").rows(value, part)
    return frame


def _wanting(package: str, extra: str) -> Any:
    try:
        return import_module(package)
    except ImportError as error:
        raise MissingExtraError(
            f"the package {package}",
            found="none",
            hint=f"In a clone of embedadapt: pip install '.[{extra}]'",
        ) from error
