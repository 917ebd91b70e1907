import re
from html.parser import HTMLParser

import pytest

from frontdesk.desk.settings import Settings
from frontdesk.web import chat_page
from tests.web.front import Front, Someone

SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
BLINK = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
LINUX = f"Mozilla/5.0 (X11; Linux x86_64) {BLINK}"

AGENTS = [
    (LINUX, "Linux", "Chrome 156"),
    (f"Mozilla/5.0 (Linux; Android 16) {BLINK}", "Android", "Chrome 156"),
    (f"Mozilla/5.0 (Windows NT 10.0; Win64) {BLINK} Edg/156.0", "Windows", "Edge 156"),
    (
        f"Mozilla/5.0 (iPhone; CPU) {SAFARI} Version/26.1 Mobile/15E148 Safari/604.1",
        "iOS",
        "Safari 26",
    ),
    (
        f"Mozilla/5.0 (iPad; CPU) {SAFARI} CriOS/156.0 Mobile/15E148 Safari/604.1",
        "iOS",
        "Chrome 156",
    ),
    ("Mozilla/5.0 (Macintosh; rv:150.0) Gecko Firefox/150.0", "macOS", "Firefox 150"),
    ("curl/8", "", ""),
    ("", "", ""),
]


@pytest.mark.parametrize(("agent", "system", "browser"), AGENTS)
def test_systems_and_browsers_are_told_apart_also_where_they_pose_as_others(
    agent: str, system: str, browser: str
):
    assert chat_page.about(agent) == (system, browser)


LANGUAGES = [
    ("", "", "en"),
    ("de", "en", "de"),
    ("DE-at", "en", "de"),
    ("fr", "fr-CH, de;q=0.8, en;q=0.5", "de"),
    ("fr,ar", "en", "ar"),
    ("den", "den", "en"),
    ("../de", "", "de"),
    ("x" * 10_000, "de," * 10_000, "de"),
    ("\x00", "*", "en"),
]


@pytest.mark.parametrize(("wanted", "accepted", "lang"), LANGUAGES)
def test_the_first_language_that_there_is_a_page_in(wanted: str, accepted: str, lang: str):
    assert chat_page.language(wanted, accepted) == lang


class Elements(HTMLParser):
    """What an HTML parser makes of it: elements with their attributes, and the text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


HOSTILE = "</title><script>{style} & \"'"


def test_what_a_desk_says_of_itself_is_text_wherever_it_stands():
    plain = Elements(chat_page.page("en", Settings(), "").decode())
    settings = Settings(
        title=HOSTILE, greeting=HOSTILE, fields='"><b>* = <i>|{script}', color="#123456"
    )
    page = Elements(chat_page.page("en", settings, f"{LINUX} <script>").decode())

    assert page.text.count(HOSTILE) == 3, "as the title twice, and as the greeting"
    more = [tag for tag, _ in page.found]
    for tag, _ in plain.found:
        more.remove(tag)
    assert sorted(more) == ["label", "option", "option", "option", "select"]
    choice = next(attrs for tag, attrs in page.found if tag == "select")
    assert choice == {"name": '"><b>', "required": None}
    assert page.found[0][1]["data-color"] == "#123456"


def test_no_hole_is_left_and_each_id_stands_once():
    for lang in chat_page.languages():
        page = chat_page.page(lang, Settings(), "").decode()
        assert not re.search(r"\{[a-z]+[|}]", page)
        ids = [attrs["id"] for _, attrs in Elements(page).found if "id" in attrs]
        assert len(ids) == len(set(ids)) > 20


async def test_a_reader_gets_the_page_in_a_language_of_theirs(front: Front, stranger: Someone):
    await front.set(title="Shop & Söhne")
    german = {"Accept-Language": "de-AT,de;q=0.9"}

    own = await stranger.client.get("/chat/main", headers=german)
    asked = await stranger.client.get("/chat/main?lang=ar", headers=german)

    assert "<html lang=de dir=ltr" in own.text
    assert "<html lang=ar dir=rtl" in asked.text
    assert "<title>Shop &amp; Söhne</title>" in asked.text
    plain = await stranger.client.get("/chat/main", headers={"Accept-Encoding": "identity"})
    assert own.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
