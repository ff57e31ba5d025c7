"""CSS taken apart as far as a check needs it: declarations and nested rules, by CSS Syntax Module Level 3, section 5."""

import re
from dataclasses import dataclass, field

# A string or a bracketed part is one token, because a semicolon or a brace inside it ends nothing.
_TOKEN = re.compile(r"""[^"'();{}/]+|/\*.*?(?:\*/|\Z)|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\([^()]*\)|.""", re.DOTALL)


@dataclass(slots=True)
class Block:
    """What stands between two braces, in a style attribute or in a whole sheet; broken CSS is read as far as it goes.

    ``declarations`` are the parts that end with a semicolon, at-rules without a block among them; ``rules`` the parts
    with a block of their own, each with what stands before its brace.
    """

    declarations: list[str] = field(default_factory=list)
    rules: list[tuple[str, "Block"]] = field(default_factory=list)


def has_comment(css: str) -> bool:
    """Whether there is a comment in it."""
    return "/*" in css and any(part.startswith("/*") for part in _TOKEN.findall(css))


def parse(css: str) -> Block:
    """Take a sheet or a style attribute apart."""
    outermost = Block()
    open_blocks, pending = [outermost], ""
    for part in _TOKEN.findall(css):
        if part == "{":
            inner = Block()
            open_blocks[-1].rules.append((pending.strip(), inner))
            open_blocks.append(inner)
        elif part in {";", "}"}:
            _end(open_blocks[-1], pending)
            if part == "}" and len(open_blocks) > 1:
                open_blocks.pop()
        else:
            pending += " " if part.startswith("/*") else part
            continue
        pending = ""
    _end(open_blocks[-1], pending)
    return outermost


def _end(block: Block, pending: str) -> None:
    if declaration := pending.strip():
        block.declarations.append(declaration)
