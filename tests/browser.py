"""A real browser, where there is one on this machine."""

import shutil
from contextlib import contextmanager

import pytest
from playwright.sync_api import sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chrome"))), None)
# Root may not use Chromium's sandbox; the rest keeps it from calling home.
OPTIONS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]

needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")


@contextmanager
def open_page(address, **options):
    """A page of a headless Chromium; a mistake in one of its scripts fails the test."""
    mistakes = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        page = browser.new_page(**options)
        page.on("pageerror", lambda error: mistakes.append(error))
        page.goto(address)
        yield page
        browser.close()
    assert mistakes == []


def stroke(page, points):
    """Draw on a page's pad with the mouse, through points that are in pixels from its corner."""
    page.locator("#pad").scroll_into_view_if_needed()
    box = page.locator("#pad").bounding_box()
    (first, *rest) = [(box["x"] + x, box["y"] + y) for x, y in points]
    page.mouse.move(*first)
    page.mouse.down()
    for point in rest:
        page.mouse.move(*point, steps=8)
    page.mouse.up()
