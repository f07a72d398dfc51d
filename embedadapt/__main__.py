"""`python -m embedadapt`."""

from embedadapt.cli.process import main

main()
