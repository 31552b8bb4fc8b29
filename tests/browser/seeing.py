"""What a page is like for whoever sees little, holds a small screen, or uses keys alone."""

from typing import Any, Final

from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Page

_AXE: Final = Axe()
_OPTIONS: Final = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "rules": {"target-size": {"enabled": True}},
}
TARGET_PX: Final = 44
_SMALL: Final = """(least) => {
  const seen = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const found = [];
  const fields = 'button, .button, select, textarea, input:not([type=hidden]), summary';
  const links = 'nav a, .rows > li > a:first-child';
  for (const one of document.querySelectorAll(`${fields}, ${links}`)) {
    if (!seen(one)) continue;
    const whole = one.matches('[type=radio], [type=checkbox]') ? one.closest('label') ?? one : one;
    const { width, height } = whole.getBoundingClientRect();
    if (width > 0 && (width < least - 0.5 || height < least - 0.5)) {
      found.push(`${one.outerHTML.slice(0, 120)}: ${Math.round(width)}x${Math.round(height)}`);
    }
  }
  return found;
}"""
_WIDE: Final = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  return [...document.querySelectorAll('body *')]
    .filter((one) => one.getBoundingClientRect().right > room + 1)
    .slice(0, 3)
    .map((one) => [one.outerHTML.slice(0, 120), one.getBoundingClientRect().right].join(': to '))
    .concat(`the page is ${document.documentElement.scrollWidth} wide`);
}"""
_FOCUSED: Final = """() => {
  const one = document.activeElement;
  if (one === null || one === document.body) return null;
  const style = getComputedStyle(one);
  const { left, top, width, height } = one.getBoundingClientRect();
  const there = document.elementFromPoint(left + width / 2, top + height / 2);
  return {
    html: one.outerHTML.slice(0, 160),
    outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    uncovered: there !== null && (one.contains(there) || there.contains(one)),
  };
}"""


_COLOURS: Final = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}


_SHAPE: Final = """() => {
  const named = (one) => {
    const told = /^(aria-|role|type|lang|hidden|open)/;
    const names = [...one.attributes].map(({ name }) => name).filter((name) => told.test(name));
    return [one.localName, one.className, ...names].join(' ');
  };
  const paths = new Set();
  const walk = (one, above) => {
    const path = `${above}>${named(one)}`;
    paths.add(path);
    for (const child of one.children) walk(child, path);
  };
  walk(document.body, '');
  const headings = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')];
  return [...paths].sort().join('|') + headings.map((one) => one.localName).join();
}"""


async def shape(page: Page) -> str:
    """What a page is built of, without its words; two of one shape are good or bad alike."""
    found: str = await page.evaluate(_SHAPE)
    return found


async def findings(page: Page, *, colours: bool = False) -> list[str]:
    """What axe finds against WCAG 2.2 AA; if wished, in the colours alone."""
    options = _COLOURS if colours else _OPTIONS
    found: dict[str, Any] = (await _AXE.run(page, options=options)).response
    return [
        f"{one['id']}: {node['html'][:160]} ({' '.join(node['failureSummary'].split())[:200]})"
        for one in found["violations"]
        for node in one["nodes"]
    ]


async def too_small(page: Page) -> list[str]:
    """What a thumb does not hit: buttons, fields, and links that stand alone."""
    found: list[str] = await page.evaluate(_SMALL, TARGET_PX)
    return found


async def too_wide(page: Page) -> list[str]:
    """What makes the page scroll sideways."""
    found: list[str] = await page.evaluate(_WIDE)
    return found


async def focused(page: Page) -> dict[str, Any] | None:
    """The element with the focus: whether that is seen, and nothing lies over it."""
    found: dict[str, Any] | None = await page.evaluate(_FOCUSED)
    return found


async def tab_to(page: Page, selector: str, *, most: int = 60) -> None:
    """Press Tab until an element has the focus; wherever it comes by, that is seen.

    A page that was just opened has the focus nowhere: Tab begins at its top.
    """
    for _ in range(most):
        await page.keyboard.press("Tab")
        there = await focused(page)
        if there is not None:
            assert there["outlined"], f"no sign of the focus: {there['html']}"
            assert there["uncovered"], f"something covers what has the focus: {there['html']}"
        wanted = "(wanted) => document.activeElement?.matches(wanted) ?? false"
        if await page.evaluate(wanted, selector):
            return
    raise AssertionError(f"Tab never comes to {selector}")
