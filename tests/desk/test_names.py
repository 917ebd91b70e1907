"""Names: which are refused, which look alike, and which look like staff."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from frontdesk.desk.confusables import LOOK_LIKE
from frontdesk.desk.names import (
    NAME_CHARS,
    RESERVED,
    clean_name,
    is_reserved,
    numbered,
    skeleton,
)
from frontdesk.desk.refusals import Reason, Refused

EXAMPLES = 5_000 if settings().max_examples > 1_000 else 300

ZALGO = "Z\u0351\u036b\u0343\u0313A\u0334\u0335\u031c\u0330L\u0320\u0368\u0367\u0369GO"


def name_or_reason(raw: str) -> str | Reason:
    try:
        return clean_name(raw)
    except Refused as refused:
        return refused.reason


def guest_may_be_called(raw: str) -> bool:
    name = name_or_reason(raw)
    return not isinstance(name, Reason) and not is_reserved(name)


UNSEEN = [
    *("", " ", "\u3000", "\n", "...", "-", "🌸", "\ud800", "Ana\ud83d"),
    *("Ana\x00", "Ana\x1b[31m", "Ana\nBob", "Ana\tBob", "Ana\x85Bob", "Ana\u2028Bob"),
    # Zero width, soft hyphen, joiners, byte order mark, word joiner, tags.
    *("Ana\u200b", "A\u00adna", "A\u200dna", "A\u200cna", "\ufeffAna", "A\u2060na", "A\U000e0061"),
    # Letters and marks that do not show.
    *("\u3164", "\u115f\u1160", "\uffa0", "Ana\u3164", "A\u034fna", "\u17b4A", "A\u180bna"),
    *("A\ufe0fna", "A\U000e0100na", "sup\u2800port", "A\u180ena", "A\U0001d159", "A\ufffcna"),
    # Bidirectional controls.
    *("\u202eAna", "Ana\u202d", "\u200fAna", "A\u2066na\u2069", "\u061cAna"),
    # Private use and what is not assigned.
    *("A\ue000na", "A\U0010fffdna", "A\u0378na", "A\uffffna"),
]

FLOODS = [
    ZALGO,
    "e\u0301\u0301\u0301\u0301",
    "\u1ebf\u0301\u0301",
    "\u0301Ana",
    "Ana \u0301b",
    "A\u20dd",
    "1\u20e3",
    "x" * (NAME_CHARS + 1),
    "x" * 100_000,
    "\ufdfa" * 3,
]

BADGES = ["Ana ✔", "Ana ✓", "☑ Ana", "Ana✅", "Ana 🗸", "Ana √", "Ana ★", "Ana ®", "Ana™", "🛡 Ana"]

IMITATIONS = [
    *("Support", "support", "SUPPORT", "Support ", "\u00a0Support", "Supp\u200bort", "Súppórt"),
    *("Supp\u043ert", "\u0405u\u0440\u0440\u043ert", "\u0410gent", "Ag\u0435nt", "Admin\u200b"),
    *("ｓｕｐｐｏｒｔ", "𝓢𝓾𝓹𝓹𝓸𝓻𝓽", "Ⓢⓤⓟⓟⓞⓡⓣ", "🅢🅤🅟🅟🅞🅡🅣 1", "🇸🇺🇵🇵🇴🇷🇹 1", "ˢᵘᵖᵖᵒʳᵗ", "ꓢꓴꓑꓑꓳꓣꓔ"),
    *("S u p p o r t", "Sup-port", "S.u.p.p.o.r.t", "Sup_port", "Supp\u02bcort", "Sup·port"),
    *("5upport", "Supp0rt", "$upport", "@dmin", "4dm1n", "4gent", "rnoderator", "adrnin"),
    *("Heip Desk", "HeIpdesk", "He1pdesk", "he|pdesk", "Adm|n Ana", "Adm\u0131n"),
    *("Support Team", "Team Support", "SupportTeam", "LiveSupport", "Frontdesk Ana", "Front Desk"),
    *("Admin 2", "admin2", "Admin99", "2 Admin", "(Admin)", "[Admin] Ana", "Ana-Admin", "Admin 🌸"),
    *("Ad-min", "a d m i n", "B o t", "b.o.t", "M o d 1", "Root", "root 1", "Bot", "Mod", "Staff"),
    *("sυpport", "admiη", "αdmin", "ѕуѕtеm", "\u13da\u13e2\u13e2port", "supp\u0665rt"),
    *(
        "客服",
        "客服小王",
        "поддержка",
        "Поддержка 2",
        "Администратор",
        "サポート",
        "관리자",
        "Soporte",
    ),
    *("Supp\u0336ort", "A\u0338gent", "System", "Moderator", "Security", "Live agent"),
]

HONEST = [
    *(
        "José",
        "Nguyễn Văn A",
        "Đặng Thị Ái",
        "Ольга",
        "王芳",
        "محمد",
        "Øystein",
        "O'Brien",
        "O’Brien",
    ),
    *("Anne-Marie", "Łukasz", "Παπαδόπουλος", "राम", "יוסי", "Ana 2", "Agnes", "J. R. R. Tolkien"),
    *(
        "महेश्वरी",
        "தமிழ்",
        "বাংলা",
        "ਗੁਰਪ੍ਰੀਤ",
        "สมชาย",
        "ကြွေး",
        "김민준",
        "さくら",
        "サクラ",
        "შოთა",
        "Հայկ",
    ),
    *("آرمان", "شَهْرَزَاد", "יוֹסֵף", "Ғалым", "İpek", "ırmak", "Þór", "Straße", "Ngũgĩ", "Hawaiʻi"),
    *(
        "Tシャツ",
        "王Bob",
        "Ольга Smith",
        "guest1234",
        "x",
        "3",
        "Ivan IV",
        "Ana 🌸",
        "Bob (Sales)",
        "M&M",
    ),
    *(
        "Amanda Root",
        "Ben Bot",
        "Mo D",
        "Badminton Fan",
        "Sabotka",
        "Modesta",
        "Stafford",
        "Agenta",
    ),
    *("Admira", "Abbot", "Marshall", "Robot 7", "ana@example.org", "l'Hôpital", "x" * NAME_CHARS),
]


@pytest.mark.parametrize("raw", UNSEEN, ids=ascii)
def test_a_name_is_seen_from_end_to_end(raw: str):
    with pytest.raises(Refused) as caught:
        clean_name(raw)
    assert caught.value.reason is Reason.NAME_NOT_ALLOWED


@pytest.mark.parametrize("raw", FLOODS + BADGES, ids=lambda raw: ascii(raw)[:40])
def test_a_name_keeps_to_its_line_and_wears_no_badge(raw: str):
    with pytest.raises(Refused):
        clean_name(raw)


@pytest.mark.parametrize("raw", IMITATIONS, ids=ascii)
def test_no_guest_is_called_like_staff(raw: str):
    assert not guest_may_be_called(raw)


@pytest.mark.parametrize("raw", HONEST, ids=ascii)
def test_an_honest_name_is_kept_as_it_was_typed(raw: str):
    assert guest_may_be_called(raw)
    assert clean_name(raw) == unicodedata.normalize("NFC", raw)


@pytest.mark.parametrize("word", sorted(RESERVED), ids=ascii)
def test_every_reserved_word_is_reserved_and_a_fine_name_for_an_account(word: str):
    assert is_reserved(word)
    assert is_reserved(word.upper())
    assert is_reserved(f"{word} 2")
    assert clean_name(word) == word


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("  Ana  ", "Ana"),
        ("Ana\r\n", "Ana"),
        ("Ana \u00a0 Maria", "Ana Maria"),
        ("\u3000王\u3000芳", "王 芳"),
        ("Jose\u0301", "José"),
    ],
    ids=ascii,
)
def test_spaces_and_accents_take_one_form(raw: str, name: str):
    assert clean_name(raw) == name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana", "ana"),
        ("Ana", "\u0410n\u0430"),
        ("Ana", "A.n.a"),
        ("Ana", "Ana 🌸"),
        ("Ana", "Äná"),
        ("Ana", "Ａｎａ"),
        ("Ana 1", "Ana l"),
        ("Ana 1", "Ana I"),
        ("Ana 0", "Ana O"),
        ("Ana 2", "Ana2"),
        ("Ana 2", "Ana ٢"),
        ("Нина", "нина"),
        ("Νίκος", "ΝΙΚΟΣ"),
        ("modern", "modem"),
        ("Walter", "VValter"),
        ("Straße", "STRASSE"),
        ("محمد", "مـحمد"),
    ],
    ids=ascii,
)
def test_names_that_look_alike_are_the_same(one: str, other: str):
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana 2", "Ana 3"),
        ("Ana 1", "Ana 0"),
        ("Ana 5", "Ana s"),
        ("Ana", "Anna"),
        ("राम", "रमा"),
        ("がく", "かく"),
        ("王芳", "王方"),
        ("محمد", "محمود"),
        ("Ольга", "Олег"),
    ],
    ids=ascii,
)
def test_names_that_look_different_are_different(one: str, other: str):
    assert skeleton(one) != skeleton(other)


def test_all_ten_digits_stay_apart():
    assert len({skeleton(f"Ana {digit}") for digit in range(10)}) == 10


def test_a_second_ana_is_ana_2():
    assert numbered("Ana", 2) == "Ana 2"


@pytest.mark.parametrize("n", [2, 10, 999, 1_000_000])
def test_a_long_name_is_cut_for_its_number(n: int):
    name = numbered("x" * NAME_CHARS, n)

    assert len(name) == NAME_CHARS
    assert name.endswith(f"x {n}")
    assert clean_name(name) == name


def test_a_cut_at_a_space_leaves_one_space():
    assert numbered("x" * (NAME_CHARS - 3) + " yz", 2) == "x" * (NAME_CHARS - 3) + " 2"


def test_the_table_of_look_alikes_has_one_sign_once_and_gives_ascii():
    signs = [sign for group in LOOK_LIKE.values() for sign in group]

    assert len(signs) == len(set(signs)) > 500
    assert not any(sign.isascii() for sign in signs)
    assert all(twin.isascii() and twin.isalnum() and twin == twin.lower() for twin in LOOK_LIKE)


# Plain characters, and more often those that the rules are about.
ODD = st.sampled_from(
    [*"".join((*HONEST, *UNSEEN, *BADGES, ZALGO, "\u0958\u1100\u1161\u11a8\u3099\u0345\u0130ﬁ"))]
)
NAMES = st.one_of(
    st.text(st.characters(codec=None), max_size=12),
    st.lists(ODD, max_size=12).map("".join),
    st.tuples(st.sampled_from(HONEST), st.text(st.characters(codec=None), max_size=2)).map("".join),
)


@settings(max_examples=EXAMPLES)
@given(NAMES)
@example("\u00a8")
def test_a_name_is_refused_or_clean_for_good(raw: str):
    name = name_or_reason(raw)
    if isinstance(name, Reason):
        assert name is Reason.NAME_NOT_ALLOWED
        return

    assert clean_name(name) == name
    assert 1 <= len(name) <= NAME_CHARS
    assert skeleton(name)
    assert len(numbered(name, 12)) <= NAME_CHARS
    assert not {"Cc", "Cf", "Cs", "Cn", "Co"} & {unicodedata.category(sign) for sign in name}


@settings(max_examples=EXAMPLES)
@given(NAMES)
# Two rounds of folding: an accent goes, and its neighbours become one letter.
@example("\U00011133\u2320\ufe28\U00011943\u9e28")
def test_the_skeleton_of_a_skeleton_is_itself(raw: str):
    assert skeleton(skeleton(raw)) == skeleton(raw)


@settings(max_examples=EXAMPLES)
@given(NAMES)
def test_case_accents_and_gaps_make_no_other_name(raw: str):
    assert skeleton(f" {raw}-") == skeleton(raw)
    assert skeleton(unicodedata.normalize("NFD", raw)) == skeleton(raw)


@settings(max_examples=EXAMPLES)
@given(st.sampled_from(sorted(RESERVED)), st.sampled_from(["{} Ana", "Ana {}", "[{}]", "{}-1"]))
def test_a_reserved_word_is_found_among_others(word: str, among: str):
    is_name_alone = word in {"bot", "host", "mod", "root", "staff"}
    if "Ana" not in among or not is_name_alone:
        assert is_reserved(among.format(word))
