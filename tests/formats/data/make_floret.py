"""Makes the floret models that test_floret.py reads: `pip install floret`, then run it here.

Kept small, and in the repository, so that the tests need no floret.
"""

import random
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent / "floret"
MODELS = {
    "floret-2": {"mode": "floret", "hashCount": 2, "minn": 2, "maxn": 3},
    "floret-4-from-1": {"mode": "floret", "hashCount": 4, "minn": 1, "maxn": 5},
    "floret-1-words": {"mode": "floret", "hashCount": 1, "minn": 0, "maxn": 0},
    "fasttext": {"mode": "fasttext", "minn": 2, "maxn": 3},
}
WORDS = ["the", "lessee", "shall", "indemnify", "the", "lessor", "l’acheteur", "paie", "日本"]
WORDS += ["à", "l’échéance", "👩🏽\u200d⚖️"]
UNSEEN = ["lessees", "échéances", "a"]


def main() -> None:
    import floret

    FOLDER.mkdir(exist_ok=True)
    choose = random.Random(0)
    text = FOLDER / "text"
    text.write_text("".join(" ".join(choose.choices(WORDS, k=9)) + "\n" for _ in range(200)))
    expected = {}
    for name, settings in MODELS.items():
        model = floret.train_unsupervised(
            str(text), dim=4, bucket=100, epoch=1, thread=1, minCount=1, **settings
        )
        model.save_model(str(FOLDER / f"{name}.bin"))
        if settings["mode"] == "floret":
            model.save_floret_vectors(str(FOLDER / f"{name}.floret"))
        words = [*model.get_words(), *UNSEEN]
        expected[f"{name}.words"] = np.array(words)
        expected[f"{name}.rows"] = np.stack([model.get_word_vector(word) for word in words])
    np.savez_compressed(FOLDER / "expected.npz", **expected)
    text.unlink()


if __name__ == "__main__":
    main()
