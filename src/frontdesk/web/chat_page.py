"""The page of a chat: in whose language, and with what the server knows of the desk and the reader.

`clients/widget/panel.html` is built into one file a language. Each has holes: `{title}`, or
`{title|what stands there if it has none}`. Whatever fills them is text, and escaped.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from html import escape

from frontdesk.desk.fields import Field, listed
from frontdesk.desk.settings import Settings
from frontdesk.web.assets import FILES, asset

DEFAULT = "en"

_FILE = re.compile(r"panel\.([a-z]{2,3})\.html")
_HOLE = re.compile(r"\{([a-z]+)(?:\|([^{}]*))?\}")

# Of each language that a header names, its first part: `de` of `de-AT;q=0.9`. Browsers put the one
# that they like best first, so the numbers behind say nothing more.
_TAG = re.compile(r"([a-z]{2,3})\b[^,]*", re.IGNORECASE)
# No header of a browser has more.
_TAGS_CHARS = 500

# In this order: most say that they are Chrome or Safari too.
_BROWSERS = (
    ("Edge", re.compile(r"Edg\w*/(\d{1,4})")),
    ("Opera", re.compile(r"OPR/(\d{1,4})")),
    ("Firefox", re.compile(r"(?:Firefox|FxiOS)/(\d{1,4})")),
    ("Chrome", re.compile(r"(?:Chrome|CriOS)/(\d{1,4})")),
    ("Safari", re.compile(r"Version/(\d{1,4})[\d.]* (?:Mobile/\w+ )?Safari")),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iOS", "iPhone"),
    ("iOS", "iPad"),
    ("Windows", "Windows"),
    ("macOS", "Macintosh"),
    ("ChromeOS", "CrOS"),
    ("Linux", "Linux"),
)


@cache
def languages() -> frozenset[str]:
    """Those of which there is a page."""
    return frozenset(match[1] for match in map(_FILE.fullmatch, FILES) if match)


def language(wanted: str, accepted: str) -> str:
    """The first that there is a page in, of what was asked for and of what the browser takes.

    Args:
        wanted: a language, or several with commas between them.
        accepted: the header `Accept-Language`.
    """
    for tags in (wanted, accepted):
        for match in _TAG.finditer(tags[:_TAGS_CHARS]):
            if match[1].lower() in languages():
                return match[1].lower()
    return DEFAULT


def about(agent: str) -> tuple[str, str]:
    """The system and the browser that a `User-Agent` tells of; empty where it is not known."""
    system = next((name for name, mark in _SYSTEMS if mark in agent), "")
    found = ((name, pattern.search(agent)) for name, pattern in _BROWSERS)
    return system, next((f"{name} {match[1]}" for name, match in found if match), "")


def page(lang: str, settings: Settings, agent: str) -> bytes:
    """The whole of it, as UTF-8."""
    system, browser = about(agent)
    texts = {
        "title": settings.title,
        "greeting": settings.greeting,
        "color": settings.color,
        "system": system,
        "browser": browser,
        "style": asset("panel.css").hash,
        "script": asset("panel.js").hash,
    }
    return _filled(asset(f"panel.{lang}.html").plain.decode(), texts, listed(settings.fields))


def _filled(template: str, texts: Mapping[str, str], fields: Iterable[Field]) -> bytes:
    form = "\n".join(map(_field, fields))

    def fill(hole: re.Match[str]) -> str:
        name, otherwise = hole[1], hole[2] or ""
        return form if name == "fields" else escape(texts[name]) or otherwise

    return _HOLE.sub(fill, template).encode()


def _field(field: Field) -> str:
    """A text, or a choice; its answer is sent under its label."""
    label, required = escape(field.label), " required" if field.required else ""
    mark = " *" if field.required else ""
    if not field.options:
        return f'<label>{label}{mark}<input name="{label}" maxlength="500"{required}></label>'
    options = "".join(f"<option>{escape(one)}</option>" for one in field.options)
    choice = f'<select name="{label}"{required}><option value="">–</option>{options}</select>'
    return f"<label>{label}{mark}{choice}</label>"
