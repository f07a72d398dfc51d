"""The adaptation page in headless Chromium: a word searched, its move seen, its neighbours read."""

import re

import pytest

from embedadapt.report.evaluation_page import render_evaluation
from tests.report.make import NEW, evaluation, space

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "evaluation.html"
    page = render_evaluation(evaluation(), space(), table="glove.txt", adapter="legal.adapter")
    path.write_text(page, encoding="utf-8")
    return path.as_uri()


def names(page, side: str) -> list[str]:
    return page.locator(f"#{side} bdi").all_inner_texts()


def place(page, selector: str) -> tuple[float, ...]:
    transform = page.locator(selector).evaluate("dot => dot.style.transform")
    return tuple(map(float, re.findall(r"-?[\d.]+(?=px)", transform)))


def test_the_page_works(page):
    assert page.title().startswith("Adaptation")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "scrolls sideways"
    assert page.locator("#chosen").inner_text() == "party", "the word that moved"
    assert names(page, "after")[0] == "lease" and names(page, "before")[0] == "rent"
    end = place(page, "circle.chosen")
    assert page.locator("path.trail").get_attribute("d")

    changes = page.locator("#scores svg.range:visible")
    assert changes.count() == page.locator("#scores tbody tr").count(), "one on every width"
    assert page.locator("#scores svg.axis:visible").locator("text").last.text_content() == "0"

    slider = page.get_by_role("slider", name="Scale")
    slider.focus()
    page.keyboard.press("Home")
    assert slider.get_attribute("aria-valuetext") == "0, the base"
    assert names(page, "after") == names(page, "before")
    assert place(page, "circle.chosen") != end
    assert page.locator("circle.fresh").is_hidden(), "the base has no new word"
    page.keyboard.press("ArrowRight")
    assert page.locator("#after-title").inner_text() == "At scale 0.25"
    page.keyboard.press("End")
    assert place(page, "circle.chosen") == end

    search = page.get_by_role("combobox", name="Word")
    search.fill(NEW[:4])
    search.press("Enter")
    assert page.locator("#chosen").inner_text() == NEW
    assert "The base has no vector for it" in page.locator("#about").inner_text()
    assert names(page, "before") == [] and len(names(page, "after")) == 8
    search.fill("unheard")
    search.press("Enter")
    assert "“unheard” is not on the map" in page.locator("#about").inner_text()

    page.locator("#after button").first.click()
    followed = page.locator("#chosen").inner_text()
    assert followed != NEW and search.input_value() == followed
    page.locator("#moved").get_by_role("button", name="party").focus()
    page.keyboard.press("Enter")
    assert page.locator("#chosen").inner_text() == "party"

    page.locator("#trails").check()
    assert page.locator("path.all").get_attribute("d").count("M") > 30
    page.get_by_role("button", name="Closer").click()
    assert place(page, "circle.chosen") != end, "in the middle now"
    page.get_by_role("button", name="Farther").click()
    assert place(page, "circle.chosen") == end


def test_a_point_is_chosen_by_a_click(page):
    page.get_by_role("combobox", name="Word").fill("lease")
    x, y = place(page, "circle.chosen")
    page.get_by_role("combobox", name="Word").fill("party")
    plane = page.locator("#plane")
    plane.scroll_into_view_if_needed()
    plane.hover(position={"x": x, "y": y})
    under = page.locator("text.pointed").text_content()
    plane.click(position={"x": x, "y": y})
    assert page.locator("#chosen").inner_text() == under in {"lease", "party"}


def test_it_plays_from_the_base_to_the_end(page):
    page.get_by_role("slider", name="Scale").press("Home")
    page.get_by_role("button", name="Play").click()
    page.locator("#after-title", has_text="At scale 1").wait_for()
    assert page.locator("#scale").input_value() == "2"


def test_it_opens_on_the_scale_that_is_recommended(browser, tmp_path):
    path = tmp_path / "page.html"
    opened = space(opens_at=0.25)
    path.write_text(
        render_evaluation(evaluation(), opened, table="glove.txt", adapter="legal.adapter"),
        encoding="utf-8",
    )
    context = browser.new_context()
    page = context.new_page()
    page.goto(path.as_uri())
    assert page.locator("#after-title").inner_text() == "At scale 0.25"
    assert page.locator("#scale").input_value() == "1"
    context.close()


def test_without_scripts_the_words_are_listed(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert page.locator("noscript p").is_visible()
    assert not page.locator("#explorer").is_visible()
    assert page.locator("#moved").get_by_role("button", name="party").is_visible()
    context.close()


def test_on_paper_the_map_is_whole_and_the_cost_is_on_a_phone(browser, address):
    context = browser.new_context(viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.goto(address)
    for cell in page.locator("#scores .kept").all():
        box = cell.bounding_box()
        assert box is not None and box["x"] + box["width"] <= 390
    moved = page.locator("#moved tbody tr").first
    before = "cell => getComputedStyle(cell, '::before').content"
    assert moved.locator(".before").evaluate(before).strip('" ') == "before"
    assert moved.locator(".after").evaluate(before).strip('" ') == "after"
    assert not moved.locator("td.n").first.is_visible(), "a count without its heading"
    page.set_viewport_size({"width": 1280, "height": 900})
    page.wait_for_timeout(200)
    page.emulate_media(media="print")
    width, height = map(float, page.locator("#plane").get_attribute("viewBox").split()[2:])
    frame = page.locator(".frame").bounding_box()
    assert frame["width"] / frame["height"] == pytest.approx(width / height, rel=0.05)
    exact = "dot => getComputedStyle(dot).printColorAdjust"
    assert page.locator(".legend .dot").first.evaluate(exact) == "exact"
    context.close()
