"""HTML of a page. What people read looks the same as what the server shows of its API."""

import re
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from frontdesk.web.docs_html import block, text
from tools.handbook.links import Links
from tools.handbook.pages import MARKDOWN, Page, is_elsewhere

Tokens = Sequence[Token]
# The longest name of a variable has as many, and is still read as one.
NAME_MOST = 30
COMMENT = re.compile(r"<!-- (.*?) -->\s*", re.DOTALL)


class Setting(NamedTuple):
    """What a page is rendered with.

    Args:
        made: what stands where a comment of that name stands, which the site alone has.
    """

    root: Path
    page: Page
    links: Links
    made: dict[str, str]


def html(setting: Setting) -> str:
    """What is within `main`."""
    headings = iter(setting.page.headings)
    env = {"setting": setting, "headings": headings}
    return str(_Rendering().render(setting.page.tokens, MARKDOWN.options, env))


class _Rendering(RendererHTML):
    """Each method is what becomes of tokens of that name."""

    def heading_open(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        """With the id by which others link to it."""
        heading = next(env["headings"])
        return f'<h{heading.level} id="{text(heading.id)}">'

    def link_open(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        """To where it leads in the site. Nobody else hears from where one comes."""
        setting: Setting = env["setting"]
        target = str(tokens[idx].attrs["href"])
        quiet = ' rel="noreferrer"' if is_elsewhere(target) else ""
        return f'<a href="{text(setting.links.to(setting.page, target))}"{quiet}>'

    def code_inline(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        """A name. Only one that no column has room for may be broken anywhere."""
        name = tokens[idx].content
        kind = ' class="long"' if len(name) > NAME_MOST else ""
        return f"<code{kind}>{text(name)}</code>"

    def image(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        """With its size, so that nothing jumps when it comes."""
        setting: Setting = env["setting"]
        target = str(tokens[idx].attrs["src"])
        if is_elsewhere(target):
            setting.links.faults.append(f"{setting.page.path}: {target} is not ours to show")
        place = setting.links.to(setting.page, target)
        width, height = size(setting.root / setting.page.leads_to(target))
        about = text(tokens[idx].content)
        return (
            f'<img src="{text(place)}" alt="{about}" width="{width}" height="{height}"'
            ' loading="lazy">'
        )

    def fence(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        """As it is, to be scrolled where it is wide."""
        return block(tokens[idx].content) + "\n"

    code_block = fence

    def table_open(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        """To be scrolled where it is wide."""
        return '<div class="scroll" tabindex="0"><table>'

    def table_close(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        """The end of both."""
        return "</table></div>\n"

    def th_open(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        """A head without words is a cell like any other."""
        head = '<th scope="col"' if tokens[idx + 1].content else "<td"
        return f"{head}{_aligned(tokens[idx])}>"

    def th_close(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        """The end of either."""
        return "</th>" if tokens[idx - 1].content else "</td>"

    def td_open(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        """Aligned as the column is."""
        return f"<td{_aligned(tokens[idx])}>"

    def html_block(self, tokens: Tokens, idx: int, options: Any, env: Any) -> str:
        """A comment is what tools look for, and nothing to read; other HTML is not for pages."""
        setting: Setting = env["setting"]
        comment = COMMENT.fullmatch(tokens[idx].content)
        if comment is None:
            setting.links.faults.append(f"{setting.page.path}: HTML: {tokens[idx].content.strip()}")
            return ""
        return setting.made.get(comment[1].partition(":")[0], "")

    html_inline = html_block


def _aligned(cell: Token) -> str:
    """Its alignment as a class, since the policy of the site lets no element have a style."""
    side = str(cell.attrs.get("style", "")).removeprefix("text-align:")
    return f' class="{side}"' if side else ""


def size(picture: Path) -> tuple[int, int]:
    """Width and height of a PNG, in pixels; 0 and 0 of what is none."""
    head = picture.read_bytes()[:24] if picture.is_file() else b""
    if not head.startswith(b"\x89PNG\r\n\x1a\n"):
        return 0, 0
    width, height = struct.unpack(">II", head[16:24])
    return width, height
