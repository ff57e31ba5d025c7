"""axe-core's findings on the page that is shown."""

from importlib.resources import files
from typing import Any

_AXE = files("axe_playwright_python").joinpath("axe.min.js")
#: WCAG 2.0 to 2.2, levels A and AA, and what axe-core's authors add from practice.
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
#: A mail is shown inside the page of a mail program, which has the landmarks; a main of our own would be its second.
PAGE_RULES = ("region", "landmark-one-main")


#: Runs axe-core and brings back lines; its own report repeats most of the page.
_RUN = """([where, options]) => axe.run(where || document, options).then(found => ({
  weighed: found.passes.reduce((sum, rule) => sum + rule.nodes.length, 0),
  lines: ["violations", "incomplete"].flatMap(kind => found[kind].flatMap(rule => rule.nodes.map(node =>
    `${kind} ${rule.id}: ${node.html.replace(/ style="[^"]*"/g, "").slice(0, 120)} `
      + `(${[...node.any, ...node.all, ...node.none].map(one => one.message).join(" ")})`)))
}))"""


def findings(page: Any, *, without: tuple[str, ...] = ()) -> list[str]:
    """What is wrong on the page, a line each; what axe-core could not decide counts as wrong."""
    rules = {"target-size": {"enabled": True}, **{name: {"enabled": False} for name in without}}
    weighed, lines = _run(page, None, {"runOnly": list(TAGS), "rules": rules})
    assert weighed, "axe-core checked nothing"
    return lines


def faint(page: Any, selector: str) -> tuple[int, list[str]]:
    """How many texts pass the stricter rule (WCAG 2.2, 1.4.6: 7 to 1), and those that are fainter."""
    options = {"runOnly": {"type": "rule", "values": ["color-contrast-enhanced"]}}
    return _run(page, {"include": [[selector]]}, options)


def _run(page: Any, where: object, options: dict[str, Any]) -> tuple[int, list[str]]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE.read_text(encoding="utf-8"))
    found = page.evaluate(_RUN, [where, options])
    return found["weighed"], found["lines"]
