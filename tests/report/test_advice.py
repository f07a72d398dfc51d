import embedadapt
from embedadapt.report.advice import conventions


def test_a_setting_of_two_causes_is_advised_once() -> None:
    words = {word: [1.0, 2.0] for word in ("the", "front", "cover", "plan", "copy")}
    report = embedadapt.analyze_oov(words, ["the front-cover the plan_copy the front-cover"])
    assert {c.key for c in report.causes if c.setting == "hyphen=split"} == {"hyphen", "identifier"}
    assert conventions(report).count("hyphen=split") == 1
