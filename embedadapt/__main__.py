"""`python -m embedadapt`."""

from embedadapt.cli import app

app(prog_name="embedadapt")
