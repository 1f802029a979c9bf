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
