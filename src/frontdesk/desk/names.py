"""What may be a name, which names look alike, and which look like staff.

A name is a label on a person, shown next to what they say; whoever can wear somebody else's label
can speak for them. So a name is visible from end to end, in letters of one script a word, and two
names are the same if they look the same: their `skeleton` is equal, after Unicode's UTS 39.

Nothing here knows who is at the desk, and nothing tells an agent from a guest: clients show that
from the role, never from the name. Pure; the skeleton is a key and is never shown.
"""

import re
import unicodedata

from frontdesk.desk.confusables import LOOK_LIKE
from frontdesk.desk.refusals import Reason, Refused

# Most code points of a name: two Spanish given names and two surnames fit, a slogan does not.
NAME_CHARS = 40

# Marks on one letter. Vietnamese stacks two and pointed Hebrew three; from four on a name begins
# to paint over the lines above and below it.
_MARKS = 3

# Half a character, private use, and what this Python's Unicode does not know yet: every machine
# draws something else.
_UNSURE_CATEGORIES = frozenset({"Cn", "Co", "Cs"})

# Controls, formats and separators hide, or move what follows.
_BLANK_CATEGORIES = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})

# Invisible although Unicode files them under letters, marks or symbols: joiners, fillers, vowels
# that do not show, variation selectors, blank Braille, a note without a head.
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\ufffc"
    "\U0001d159\U000e0000-\U000e0fff]"
)

# What other services put behind a name to say "this one is real", and what a uniform wears.
_BADGES = re.compile(
    "["
    "\u221a\u237b\u2611\u2705\u2713\u2714\U0001f5f8\U0001f5f9"  # check marks, and the root
    "\u00a9\u00ae\u2117\u2120\u2122"  # copyright, registered, trade mark
    "\u2605\u2606\u272a-\u2730\u2b50-\u2b52\U0001f31f"  # stars
    "\U0001f396\U0001f3c5\U0001f3f5\U0001f451\U0001f4db"  # medals, rosette, crown, name badge
    "\u26e8\U0001f46e\U0001f482\U0001f510\U0001f512\U0001f530\U0001f6e1"  # guards, locks, shields
    "\u2756\U0001f4a0\U0001f535\U0001f537\U0001f539"  # diamonds, and blue dots as ticks come on
    "\U0001f3a7"  # a headset
    "]"
)

# Scripts that are written together with Latin letters in one word: "Tシャツ", "王Bob".
_WITH_LATIN = frozenset({"BOPOMOFO", "CJK", "HANGUL", "HIRAGANA", "KATAKANA", "LATIN"})

# Signs that belong to no script of their own, by the first word of their Unicode names.
_ANY_SCRIPT = frozenset({"MODIFIER", "FEMININE", "MASCULINE", "DOUBLE-STRUCK", "VULGAR"})

# Words that only staff may be called. Guests are refused them; accounts are not.
RESERVED = frozenset(
    {
        *("admin", "admins", "administrator", "administration", "agent", "agents", "assistant"),
        *("bot", "chatbot", "customercare", "customerservice", "frontdesk", "helpdesk", "helpline"),
        *("host", "manager", "mod", "moderator", "mods", "monitor", "official", "operator"),
        *("owner", "receptionist", "root", "security", "servicedesk", "staff", "superuser"),
        *("superadmin", "supervisor", "support", "sysadmin", "sysop", "system", "techsupport"),
        *("verified", "webmaster"),
        # What the largest neighbours say.
        *("administrador", "administrateur", "agente", "assistenza", "atendimento", "kundendienst"),
        *(
            "kundenservice",
            "mitarbeiter",
            "moderador",
            "moderateur",
            "soporte",
            "suporte",
            "supporto",
        ),
        *("администратор", "модератор", "оператор", "поддержка", "техподдержка", "підтримка"),
        *(
            "客服",
            "客服人员",
            "管理员",
            "管理員",
            "サポート",
            "管理者",
            "관리자",
            "고객센터",
            "الدعم",
            "مشرف",
        ),
    }
)

# Also people's names, so refused only where there is nothing else: "Root", not "Amanda Root".
_ALSO_SURNAMES = frozenset({"bot", "host", "mod", "root", "staff"})

# From this length on a word is found inside others too ("SupportTeam", "s u p p o r t 2"). Below
# it there are honest names that hold one: "Badminton", "Sabotka", "Modesta".
_FOUND_INSIDE = 7

# From this length of skeleton on, a word is found although spaces part it into pieces.
_TOGETHER = 5

# One sign of many for each group that only context tells apart. Digits stay different from one
# another, so that "Ana 2" is not "Ana 3". `m` and `w` come apart as they do for the eye.
_ONE_OF_MANY = str.maketrans({"1": "l", "i": "l", "|": "l", "0": "o", "m": "rn", "w": "vv"})

_LOOK_LIKE = {ord(sign): twin for twin, signs in LOOK_LIKE.items() for sign in signs}

# Letters to Unicode, apostrophes and lengthening strokes to the eye: they part words no more than
# a hyphen does.
_STROKES = re.compile("[\u02b0-\u02ff\u0374\u037a\u05f3\u05f4\u0640\u07f4\u07f5\ua788\ua78b\ua78c]")

# Digits and signs that are read as letters, though nobody takes one for the other: only asked
# where staff is imitated, for "5am" and "Sam" may both be here.
_SPELLED = str.maketrans("3456789@$!", "easbtbgasi")


def clean_name(raw: str) -> str:
    """The name to keep for `raw`: in Unicode's form NFC, no outer spaces, single inner ones.

    Letters stay as they were typed; it is the look that is judged. Joiners (ZWJ, ZWNJ) are
    refused like everything else that is invisible: Persian and Indic names read on without them,
    and with them two equal names would be different people. Emoji with a variation selector or
    a joiner in them fall with that; single ones are fine.

    Raises:
        Refused: NAME_NOT_ALLOWED, with which of these it is, if it is empty or over `NAME_CHARS`,
            has no letter or digit, holds what cannot be seen, a badge, a flood of marks, or a
            word in two scripts that are not written together.
    """
    # Normalising takes time in the length; no form of 40 code points had ten times as many.
    if len(raw) > 10 * NAME_CHARS:
        raise Refused(Reason.NAME_NOT_ALLOWED, detail=_TOO_LONG)
    name = _single_spaced(unicodedata.normalize("NFC", raw))
    wrong = _what_is_wrong(name)
    if wrong:
        raise Refused(Reason.NAME_NOT_ALLOWED, detail=wrong)
    return name


def skeleton(name: str) -> str:
    """What `name` looks like: equal for two names that people take for one another.

    Blind to case, accents, spaces, punctuation, symbols and to which alphabet a letter comes from.
    Of the look-alikes within ASCII `0` is `o`, and `1` and `I` are `l`: "Ana 1" is "Ana l". The
    skeleton of a skeleton is itself.
    """
    # Without its accents a letter may meet a neighbour that it melts into, so once is not always
    # enough; twice was, for every letter and 150,000 strings of odd ones.
    for _ in range(4):
        folded = _folded(name)
        if folded == name:
            break
        name = folded
    return name


def is_reserved(name: str) -> bool:
    """Whether `name` looks like staff: a reserved word, or one of its words is one.

    Digits around a word do not count ("Admin 2"), and digits that are read as letters do
    ("5upport").
    """
    return any(_is_staff(spelling) for spelling in (name, name.translate(_SPELLED)))


def numbered(name: str, n: int) -> str:
    """`name` for the `n`-th person who looks like it: "Ana 2", cut to `NAME_CHARS`."""
    number = f" {n}"
    cut = name[: NAME_CHARS - len(number)]
    return cut.rstrip() + number


def is_blank(sign: str) -> bool:
    """Whether a reader sees nothing of this character: a space, a control, a joiner, a filler."""
    return unicodedata.category(sign) in _BLANK_CATEGORIES or _BLANK.match(sign) is not None


_TOO_LONG = f"This one is longer than {NAME_CHARS} characters."


def _what_is_wrong(name: str) -> str:
    """Why a name is none, whoever has it; empty if it is one."""
    compatible = unicodedata.normalize("NFKC", name)
    if not name:
        return "This one is empty."
    # One code point may stand for a sentence of 18.
    if len(name) > NAME_CHARS or len(compatible) > NAME_CHARS:
        return _TOO_LONG
    if any(_is_hidden(letter) for letter in name + compatible):
        return "This one holds what cannot be seen."
    if _BADGES.search(name) is not None:
        return "This one wears a badge."
    if not _marks_are_few(name):
        return "This one has marks that stand on no letter, or too many on one."
    if not any(unicodedata.category(letter)[0] in "LN" for letter in name) or not skeleton(name):
        return "This one has no letter and no digit."
    if not all(_is_in_one_script(word) for word in compatible.split()):
        return "This one mixes scripts within a word."
    return ""


def _is_hidden(sign: str) -> bool:
    """Whether this is no part of a name: blank but no space, or never the same on two machines."""
    category = unicodedata.category(sign)
    return (category != "Zs" and is_blank(sign)) or category in _UNSURE_CATEGORIES


def _single_spaced(text: str) -> str:
    """Any space of Unicode is a space. Newlines and tabs are not, within a name."""
    spaced = "".join(" " if unicodedata.category(letter) == "Zs" else letter for letter in text)
    return re.sub(" +", " ", spaced.strip(" \t\r\n"))


def _marks_are_few(name: str) -> bool:
    """Whether each mark has a letter or digit to stand on, and none carries a tower."""
    run = 0
    before = "Zs"
    for letter in unicodedata.normalize("NFD", name):
        category = unicodedata.category(letter)
        # An enclosing mark draws a badge around what it stands on.
        if category == "Me" or (category[0] == "M" and before[0] not in "LMN"):
            return False
        # Only marks that take no room of their own pile up; Indic vowel signs stand beside.
        run = run + 1 if category == "Mn" else 0
        if run > _MARKS:
            return False
        before = category
    return True


def _is_in_one_script(word: str) -> bool:
    """Whether the letters of `word` are written together by anybody.

    The skeleton maps each letter to one twin, but Greek eta is `n` when small and `H` when not.
    Where letters mix with look-alikes of another script, no table has to be complete.
    """
    scripts = set()
    for letter in unicodedata.normalize("NFD", word):
        if letter.isalpha() or unicodedata.category(letter) == "Nd":
            # Python has no script property; the names of letters begin with it.
            scripts.add(unicodedata.name(letter, "UNNAMED").split()[0].split("-")[0])
    scripts -= _ANY_SCRIPT | {"DIGIT"}
    return len(scripts) <= 1 or scripts <= _WITH_LATIN


def _folded(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    signs = []
    for sign in unicodedata.normalize("NFKD", folded):
        if _is_accent(sign) or _is_hidden(sign) or _STROKES.match(sign):
            continue
        digit = unicodedata.decimal(sign, None)
        signs.append(sign if digit is None else str(digit))
    looks = "".join(signs).translate(_LOOK_LIKE).casefold().translate(_ONE_OF_MANY)
    return "".join(sign for sign in looks if unicodedata.category(sign)[0] in "LMN")


def _is_accent(sign: str) -> bool:
    """Whether a mark sits on a letter without making it another one to most readers.

    By combining class: strokes through letters (1), points and accents (10 to 36, from 200 on).
    The vowel signs of India and Thailand (0, 84 to 132), nuktas, voicing marks and viramas (7 to
    9) are letters in all but name.
    """
    combining = unicodedata.combining(sign)
    return combining == 1 or 10 <= combining <= 36 or combining >= 200


def _is_staff(name: str) -> bool:
    words = _words(name)
    # The digits of "Admin2" count no more than those of "Admin 2".
    bare = [stripped for word in words if (stripped := re.sub(r"^\d+|\d+$", "", word))]
    if any(skeleton(word) in _RESERVED_WORDS for word in (*words, *bare)):
        return True
    # "Mo D" is a person; "M o d" is not, and neither is "Ad-min".
    spelled_out = len(bare) == 1 or all(len(word) == 1 for word in words)
    return any(
        any(reserved in whole for reserved in _RESERVED_ANYWHERE)
        or (whole in _RESERVED_WHOLE and (spelled_out or len(whole) >= _TOGETHER))
        for whole in (skeleton(name), skeleton("".join(bare)))
    )


def _words(name: str) -> list[str]:
    """The words of a name. Signs that pass for letters part none, nor does what is not seen."""
    signs = []
    for sign in unicodedata.normalize("NFKC", name):
        if _is_hidden(sign) or _STROKES.match(sign):
            continue
        is_letter = unicodedata.category(sign)[0] in "LMN"
        signs.append(sign if is_letter or sign == "|" or ord(sign) in _LOOK_LIKE else " ")
    return "".join(signs).split()


_RESERVED_WHOLE = frozenset(skeleton(word) for word in RESERVED)
_RESERVED_WORDS = frozenset(skeleton(word) for word in RESERVED - _ALSO_SURNAMES)
_RESERVED_ANYWHERE = frozenset(
    # Chinese, Japanese and Korean put no space between words.
    skeleton(word)
    for word in RESERVED
    if len(word) >= _FOUND_INSIDE or word[0] > "\u3000"
)
