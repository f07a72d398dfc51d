"""Documents with marks around their words: subtitles, XML, treebanks."""

from pathlib import Path

import pytest

from embedadapt.core.errors import CorpusError
from embedadapt.text.readers import open_corpus


def text(path: Path) -> str:
    (document,) = open_corpus([path])
    return document.text


SRT = """1
00:00:01,000 --> 00:00:02,500
{\\an8}<i>Who goes</i>
there?

2
00:00:03,000 --> 00:00:04,000 X1:40 Y1:20
- 42
- <font color="#fff">What?</font>

"""
VTT = """WEBVTT - x

NOTE no text
of this

intro
00:01.000 --> 00:02.500 align:start
<v Ann>Who goes <c.loud>there</c>?
"""


def test_subtitles_are_what_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.srt").write_bytes(SRT.replace("\n", "\r\n").encode("utf-8-sig"))
    assert text(tmp_path / "a.srt") == "Who goes there?\n- 42 - What?"
    (tmp_path / "a.vtt").write_text(VTT)
    assert text(tmp_path / "a.vtt") == "Who goes there?"


TEI = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE TEI>
<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><title>Title</title></teiHeader>
<text><body><head>I</head><p>It was a <hi>bright</hi>, cold
day&nbsp;in<!-- not --> April &amp; May.</p><lg><l>one</l><l>two</l></lg>
<s><w>The</w><w>clocks</w><pc>.</pc></s></body></text></TEI>"""


def test_xml_breaks_lines_between_elements_and_not_within_a_text(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(TEI)
    assert text(tmp_path / "a.xml").split("\n") == [
        "I",
        "It was a bright, cold day in April & May.",
        "one",
        "two",
        "The clocks .",
    ]
    (tmp_path / "a.xml").write_bytes("<a>né</a>".encode("utf-16"))
    assert text(tmp_path / "a.xml") == "né"


def test_xml_deeper_than_the_stack_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("<a>" * 50_000 + "word" + "</a>" * 50_000)
    assert text(tmp_path / "a.xml") == "word"


BILLION = "<!DOCTYPE a [<!ENTITY e0 'lol'>{}]><a>&e9;</a>".format(
    "".join(f"<!ENTITY e{n} '{10 * f'&e{n - 1};'}'>" for n in range(1, 10))
)


@pytest.mark.parametrize("content", ["<a>", "no xml", "<a>&none;</a>", BILLION])
def test_xml_that_is_none_or_a_bomb_is_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(content)
    with pytest.raises(CorpusError, match="expected well-formed XML"):
        text(tmp_path / "a.xml")


CONLLU = """# newdoc id = a
# text = Er geht zum Arzt.
1\tEr\t_\tPRON\t_\t_\t_\t_\t_\t_

1\tEr\ter\tPRON\t_\t_\t2\tnsubj\t_\t_
2-3\tzum\t_\t_\t_\t_\t_\t_\t_\t_
2\tzu\tzu\tADP\t_\t_\t_\t_\t_\t_
3\tdem\tder\tDET\t_\t_\t_\t_\t_\t_
3.1\tleer\t_\t_\t_\t_\t_\t_\t_\t_
4\t#\t#\tSYM\t_\t_\t_\t_\t_\tSpaceAfter=No
5\tArzt\tArzt\tNOUN\t_\t_\t_\t_\t_\t_
"""


def test_a_treebank_gives_its_sentences(tmp_path: Path) -> None:
    (tmp_path / "a.conllu").write_text(CONLLU)
    assert text(tmp_path / "a.conllu") == "Er geht zum Arzt.\nEr zum #Arzt"
    for odd in ("²", "9" * 5_000):  # no numbers of words, whatever str.isdigit says
        (tmp_path / "a.conllu").write_text(CONLLU.replace("\n2\t", f"\n{odd}\t"))
        assert text(tmp_path / "a.conllu").endswith("\nEr zum zu #Arzt")
    (tmp_path / "a.conll").write_text("-DOCSTART- -X- O O\n\nEU NNP O\n# SYM O\n\nGerman JJ\n")
    assert text(tmp_path / "a.conll") == "EU #\nGerman"
