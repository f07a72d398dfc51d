"""An evaluation of given tables, everything else about it being the same."""

from embedadapt.evaluation.result import Estimate, EvaluationResult, HeldOutText, TableEvaluation


def result_of(*tables: TableEvaluation) -> EvaluationResult:
    """Against a base at 3 nats, in the table's language and in an order that says something."""
    return EvaluationResult(
        base_dim=2,
        base_n_words=4,
        base_loss=Estimate(3, 2.9, 3.1),
        order_gain=Estimate(0.4, 0.3, 0.5),
        familiarity=0.7,
        text=HeldOutText(n_documents=2, n_sentences=8, n_repeated=2, n_tokens=5_000),
        n_corpus_words=3,
        n_unknown_words=1,
        n_neighbor_words=0,
        n_candidates=4,
        k=10,
        neighborhood=1,
        seed=1,
        tables=tables,
    )
