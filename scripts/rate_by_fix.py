"""The rate of unknown tokens after each fix in turn, and once each further cause is set aside.

    python scripts/rate_by_fix.py VECTORS CORPUS...

Tokens are the pieces between white space. A fix is credited with what those above it leave. The
causes that no convention fixes follow; what is left at the end is words of the domain alone.
"""

from __future__ import annotations

from _bench import parser_of

from embedadapt import OOVReport, analyze_oov

LAST = "term"

parser = parser_of(__doc__)
parser.add_argument("vectors")
parser.add_argument("corpus", nargs="+")


def main() -> None:
    options = parser.parse_args()
    tell(analyze_oov(options.vectors, options.corpus))


def tell(report: OOVReport) -> None:
    unknown, n_tokens = report.raw.unknown_tokens, report.raw.n_tokens
    print(f"{'raw':34} {unknown:10,}  {unknown / n_tokens:7.2%}")
    for cause in report.causes:
        if cause.key != LAST:
            unknown -= cause.tokens
            print(f"{cause.title:34} {unknown:10,}  {unknown / n_tokens:7.2%}  {cause.fix}")


if __name__ == "__main__":
    main()
