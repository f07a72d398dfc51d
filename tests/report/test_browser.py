"""The page in headless Chromium: searched, sorted and opened, in both colours, wide and narrow."""

import gzip
import re
from base64 import b64decode

import pytest

from embedadapt.oov.comparison import OOVComparison
from embedadapt.report.html import COLORS, render_comparison, render_oov
from tests.oov.make import WORDS, report, sense_shift

pytestmark = pytest.mark.browser

TEXTS = (
    "Whereas the Indemnitor shall pay the lessor. The indemnitor (SpinCo) shall pay l’acheteur.",
    "An indemnitor shall pay </script><script>document.title = 'broken'</script> SpinCo.",
    "The sublicensee shall pay; a sublicensee shall pay the lessor's indemnitor. SpinCo SpinCo",
    "Severable clause.",
)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "oov.html"
    page = render_oov(report(*TEXTS), [sense_shift(), sense_shift("consideration")])
    path.write_text(page, encoding="utf-8")
    return path.as_uri()


def words_on(page) -> list[str]:
    """The words on show, from top to bottom."""
    return page.locator(".words tbody:not([hidden]) button").all_inner_texts()


def test_the_page_works(page):
    assert page.title().startswith("OOV report")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "scrolls sideways"
    everything = words_on(page)
    assert everything[0] == "indemnitor"

    word = page.get_by_role("button", name="indemnitor", exact=True)
    line = page.locator(".words tbody").filter(has=word).locator("q")
    assert not line.is_visible()
    word.focus()
    page.keyboard.press("Enter")
    assert word.get_attribute("aria-expanded") == "true"
    assert line.is_visible()
    assert line.locator("mark").inner_text() == "indemnitor"
    page.keyboard.press("Space")
    assert not line.is_visible()

    page.get_by_role("searchbox").fill("SEVERABLE ")
    assert words_on(page) == ["clause", "severable"], "by the word or by its line"
    assert page.locator(".found").inner_text() == f"2 of {len(everything)} words"
    page.get_by_role("searchbox").fill("")
    page.locator(".by-cause").select_option("Names and defined terms")
    assert words_on(page) == ["spinco"]
    page.locator(".by-cause").select_option("")
    assert words_on(page) == everything

    header = page.get_by_role("button", name="Word", exact=True)
    header.click()
    assert page.locator("th[aria-sort=ascending]").inner_text() == "Word"
    assert words_on(page) == sorted(everything)
    header.click()
    assert words_on(page) == sorted(everything, reverse=True)
    page.get_by_role("button", name="Count", exact=True).click()
    assert words_on(page)[0] in {"indemnitor", "spinco"}

    page.get_by_role("button", name="Open all").click()
    assert line.is_visible()

    strip = page.locator(".strip")
    strip.scroll_into_view_if_needed()
    strip.hover(position={"x": 3, "y": 50})
    assert ".txt: " in page.locator(".here").inner_text()
    strip.click(position={"x": 3, "y": 50})
    assert page.locator(".documents tr.here").is_visible()
    page.locator("summary").press("Enter")
    strip.press("End")
    last = page.locator(".documents tbody tr").last
    assert strip.get_attribute("aria-valuetext").startswith(last.locator("bdi").text_content())
    strip.press("Enter")
    assert last.is_visible() and "here" in last.get_attribute("class")


def test_a_sense_shift_opens_its_line(page):
    table = page.locator(".sense-shifts")
    line = table.locator("q", has_text="each consideration hereto shall pay")
    assert not line.is_visible()
    table.get_by_role("button", name="consideration").press("Enter")
    assert line.is_visible()
    assert line.locator("mark").inner_text() == "consideration"
    for word in table.locator("th bdi").all():
        assert word.evaluate("word => word.getClientRects().length") == 1, "broken in two"


def test_a_long_list_shows_its_first_words_until_asked(browser, tmp_path):
    path = tmp_path / "long.html"
    words = [f"{first}{second}{third}" for first in "bcdf" for second in "aeiou" for third in "klm"]
    path.write_text(render_oov(report(*words)), encoding="utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    assert len(words_on(page)) == 50
    assert page.locator(".found").inner_text() == (
        "60 words. The first 50 are shown; the other 10 are 16.7 % of their tokens"
    )
    page.get_by_role("searchbox").fill("fum")
    assert words_on(page) == ["fum"], "searched beyond what is shown"
    page.get_by_role("searchbox").fill("")
    page.get_by_role("button", name="Show the other 10").press("Enter")
    assert len(words_on(page)) == 60
    assert page.evaluate("document.activeElement.innerText") == words_on(page)[49]
    assert not page.locator(".more").is_visible()
    page.close()


def test_a_cause_has_all_its_words_and_an_empty_list_says_so(browser, tmp_path):
    """Words beyond the rows of the page are listed too, and made rows when they are shown."""
    path = tmp_path / "far.html"
    words = [f"{a}{b}{c}{d}" for a in "bcdf" for b in "aeiou" for c in "klmnp" for d in "aeioun"]
    text = "the whatsoever, " * 300 + "the whatseover, " + "shall pay ".join(f"{w} " for w in words)
    found = report(text, words=("whatsoever", *WORDS))
    path.write_text(render_oov(found), encoding="utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    shown = page.locator(".words tbody")
    packed = b64decode(page.locator(".further").text_content())
    assert b"whatseover\t1\t1\t" in gzip.decompress(packed), "not among the first rows"
    for cause in page.locator(".by-cause option").all()[1:]:
        title = cause.get_attribute("value")
        page.locator(".by-cause").select_option(title)
        page.wait_for_function("!document.querySelector('.found').innerText.includes('unpacked')")
        n = sum(found.titles[word.cause] == title for word in found.words)
        assert page.locator(".found").inner_text().startswith(f"{n} of {len(found.words)} words")
        assert cause.inner_text() == f"{title} ({n})"
    page.locator(".by-cause").select_option("Typing errors")
    assert shown.locator("th").all_inner_texts() == ["whatseover\n→ whatsoever"]
    assert [cell.inner_text() for cell in shown.locator("td").all()][:2] == ["1", "1"]
    assert not page.locator(".none").is_visible()
    page.get_by_role("searchbox").fill("nowhere")
    assert page.locator(".none").is_visible()
    assert page.locator(".none").inner_text().startswith("No unknown word matches.")
    assert shown.count() == 0
    page.get_by_role("button", name="Show all words again").press("Enter")
    assert page.evaluate("document.activeElement.className") == "search"
    assert shown.count() == 50 and page.locator(".by-cause").input_value() == ""
    page.get_by_role("button", name="Show the other 551").click()
    assert shown.count() == len(found.words) == 601
    page.close()


def test_each_table_of_a_comparison_has_its_report(browser, tmp_path):
    path = tmp_path / "many.html"
    two = OOVComparison((report(*TEXTS), report(*TEXTS, words=(*WORDS, "indemnitor"))))
    path.write_text(render_comparison(two), encoding="utf-8")
    page = browser.new_page(viewport={"width": 390, "height": 900})
    page.goto(path.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "scrolls sideways"
    assert page.get_by_role("heading", level=1).inner_text().startswith("Recommended: tiny.txt")
    first, second = page.locator(".report").all()
    assert not first.locator(".words").is_visible(), "only the recommended table's is open"
    first.locator("> summary").click()
    for one, n_found in ((first, 1), (second, 0)):
        one.get_by_role("searchbox").fill("indemnitor")
        assert (
            one.locator("tbody:not([hidden]) button", has_text=re.compile("^indemnitor$")).count()
            == n_found
        )
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((each) => each.id)")
    assert len(ids) == len(set(ids))
    page.close()


def test_colours_follow_the_reader(browser, address):
    shades = {}
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)
        page.goto(address)
        shades[scheme] = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.close()
    assert shades["light"] != shades["dark"]


def test_without_scripts_every_line_is_open(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert page.locator("q", has_text="Whereas the Indemnitor shall pay").is_visible()
    context.close()


def test_every_color_of_a_cause_is_seen_on_the_paper(browser, address):
    """WCAG 2.2, 1.4.11: three to one for what is no text."""
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)
        page.goto(address)
        colors = page.evaluate(
            """() => ["--paper", ...[...Array(6).keys()].map((i) => `--f${i}`),
                ...[...Array(12).keys()].map((i) => `--u${i}`)]
                .map((name) => getComputedStyle(document.documentElement).getPropertyValue(name))"""
        )
        paper, *others = (luminance(color.strip()) for color in colors)
        assert len(others) == sum(COLORS.values())
        for other in others:
            assert (max(other, paper) + 0.05) / (min(other, paper) + 0.05) >= 3
        page.close()


def luminance(color: str) -> float:
    """Relative luminance of `#rrggbb`, as WCAG defines it."""
    channels = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(share * c for share, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_on_paper_swatches_are_printed_and_controls_are_not(browser, address):
    page = browser.new_page()
    page.goto(address)
    page.emulate_media(media="print")
    exact = "dot => getComputedStyle(dot).printColorAdjust"
    for selector in (".causes .dot", ".stack", ".strip"):
        assert page.locator(selector).first.evaluate(exact) == "exact"
    assert not page.locator(".search").is_visible()
    assert page.locator(".found").is_visible()
    page.close()
