"""What people wrote in Markdown as lines of plain text: for paper, and for its first words."""

from typing import Final

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def lines_of(text: str) -> list[str]:
    """A line for each paragraph, each point of a list, and each row of a table."""
    lines = [line for node in SyntaxTreeNode(_MARKDOWN.parse(text)).children for line in _of(node)]
    return [line for line in lines if line.strip()]


def _of(node: SyntaxTreeNode, mark: str = "") -> list[str]:
    match node.type:
        case "paragraph" | "heading":
            return [mark + _words(node)]
        case "fence" | "code_block":
            return [mark + node.content.rstrip()]
        case "tr":
            return [" | ".join(_words(cell) for cell in node.children)]
        case "bullet_list":
            return [line for item in node.children for line in _item(item, "• ")]
        case "ordered_list":
            first = int(node.attrs.get("start", 1))
            return [
                line
                for number, item in enumerate(node.children, first)
                for line in _item(item, f"{number}. ")
            ]
        case _:
            return [line for child in node.children for line in _of(child)]


def _item(item: SyntaxTreeNode, mark: str) -> list[str]:
    if not item.children:
        return []
    first, *others = item.children
    return [*_of(first, mark), *(line for other in others for line in _of(other))]


def _words(node: SyntaxTreeNode) -> str:
    """The text of a node without any mark-up; a line break within it becomes a space."""
    if node.type in ("softbreak", "hardbreak"):
        return " "
    if not node.children:
        return node.content
    return "".join(_words(child) for child in node.children)
