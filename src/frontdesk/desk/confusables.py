"""Letters and signs that pass for ASCII ones, by what they pass for. Written by
tools/confusables.py; not for editing.

Source: confusables.txt of Unicode's security mechanisms (UTS 39), version 17.0.0, as carried
by the packages disarm (which adds a few) and confusable-homoglyphs. Copyright Unicode, Inc.; used
under the Unicode License V3 (SPDX: Unicode-3.0).

The signs stand here folded for case and compatibility and without their accents, as `names.py`
looks them up. They are escaped, because the whole point of them is that nobody can tell them by
looking. Only data; decides nothing.
"""

LOOK_LIKE = {
    "0": (
        "\u0660\u06f0\u07c0\u0966\u09e6\u0a66\u0ae6\u0b66\u0be6\u0c66\u0ce6\u0d66"
        "\u0e50\u0ed0\u1040\u17e0\U000114d0\U000118e0\U0001f10d"
    ),
    "1": "\u0661\u06f1\u2780",
    "10": "\u23e8\u2789",
    "2": "\u01a8\u01bb\u14bf\u2781\ua6ef\ua75b",
    "3": (
        "\u021d\u025c\u0437\u0499\u0969\u0ae9\u1d08\u2782\u2c9d\U000118ca\U000118e3"
        "\U00016f3b\U0001d206"
    ),
    "4": "\u13ce\u2783\U000118cf",
    "5": "\u0665\u06f5\u2784\U000118db\U000118e5",
    "6": "\u0431\u13ee\u2785\u2cd3\U000118d5\U000118e6",
    "7": "\u0667\u06f7\u2786\U000104fa\U000118c6\U0001d212",
    "8": "\u0223\u0668\u06f8\u09ea\u0a6a\u0b03\u2787\U0001031a\U0001e8cb",
    "9": "\u09ed\u0a67\u0b68\u0d6d\u2788\u2ccb\ua76f\U000118cc\U000118d6\U000118e9",
    "a": (
        "\u0251\u028c\u03b1\u03bb\u0430\u043b\u04c6\u13aa\u1431\u15c4\u15c5\u1d00"
        "\u1d27\u2200\u2376\u237a\u2c97\u2d37\ua4e5\ua4ee\ua4ef\ua6ce\U0001028d"
        "\U000102a0\U00010447\U000104d8\U00016f3d\U00016f40\U0001d217\U0001f150\U0001f170"
        "\U0001f1e6"
    ),
    "aa": "\ua733",
    "ae": "\u00e6\u04d5",
    "ao": "\ua735",
    "ar": "\U0001f707",
    "au": "\ua737",
    "av": "\ua739\ua73b",
    "ay": "\ua73d",
    "b": (
        "\u0180\u0183\u0185\u0253\u0299\u03b2\u0432\u044c\u0463\u048d\u13cf\u13f0"
        "\u13f4\u1472\u1473\u15af\u15f7\u16d2\u2c83\ua4d0\ua7b5\U00010282\U000102a1"
        "\U00010301\U0001f151\U0001f171\U0001f1e7"
    ),
    "bi": "\u044b",
    "c": (
        "\u00a2\u00a9\u023c\u037d\u0441\u04ab\u1004\u105a\u13df\u1d04\u20a1\u2ca5"
        "\ua4da\U000102a2\U00010302\U0001043d\U0001051c\U000118f2\U0001f152\U0001f16e"
        "\U0001f172\U0001f1e8\U0001f74c"
    ),
    "d": (
        "\u00f0\u0111\u018c\u0256\u0257\u03b4\u0501\u056a\u056e\u13a0\u13e7\u146f"
        "\u1577\u15de\u15ea\u1d05\u20ab\u2cdd\u2e39\ua4d2\ua4d3\U0001f153\U0001f173"
        "\U0001f1a5\U0001f1e9"
    ),
    "dz": "\u02a3",
    "e": (
        "\u01dd\u0247\u0259\u025b\u03b5\u0435\u0454\u04bd\u04bf\u04d9\u0511\u13ac"
        "\u13cb\u1d07\u20ac\u212e\u2203\u22f4\u22ff\u2377\u2c89\u2d39\u2d3a\ua4f0"
        "\ua4f1\uab32\U00010286\U00010429\U000118ce\U00016f2d\U0001d221\U0001f154"
        "\U0001f174\U0001f1ea"
    ),
    "eo": "\u1d14",
    "f": (
        "\u0192\u0284\u03dd\u0584\u15b4\u15b7\u1d6e\u1e9d\ua4dd\ua730\ua799\uab35"
        "\U00010287\U000102a5\U00010525\U000118c2\U0001d213\U0001d230\U0001f155\U0001f175"
        "\U0001f1eb"
    ),
    "fn": "\u02a9",
    "g": (
        "\u018d\u01e5\u0260\u0261\u0262\u050d\u0581\u13c0\u13f3\u1d83\ua4d6\U0001f156"
        "\U0001f176\U0001f1ec"
    ),
    "h": (
        "\u0127\u0266\u029c\u0371\u043d\u045b\u04a3\u04a5\u04bb\u04c8\u04ca\u0570"
        "\u13a8\u13b0\u13bb\u13c2\u13f2\u157c\u2c68\u2c8f\ua4e7\ua695\ua6b1\U000102cf"
        "\U0001f157\U0001f177\U0001f1ed"
    ),
    "i": (
        "\u0131\u0268\u0269\u026a\u027a\u03b9\u0456\u0582\u13a5\u1d7b\u1d7c\u2373"
        "\u2378\u2c93\ua647\U000118c3\U0001f158\U0001f178\U0001f1ee"
    ),
    "j": (
        "\u0237\u0249\u029d\u03f3\u0458\u0575\u13ab\u148d\u1d0a\ua4d9\U0001f159\U0001f179\U0001f1ef"
    ),
    "k": (
        "\u0138\u0199\u03ba\u043a\u049b\u049f\u04a1\u13e6\u16d5\u1d0b\u20ad\u2c6a"
        "\u2c95\ua4d7\ua741\U00010518\U0001f15a\U0001f17a\U0001f1f0"
    ),
    "l": (
        "\u0142\u019a\u01c0\u026b\u026d\u029f\u04cf\u05c0\u05d5\u05df\u0627\u0673"
        "\u07ca\u13de\u14aa\u16c1\u18f3\u2223\u23fd\u2502\u2cd1\u2d4f\u3021\u4e28"
        "\ua4e1\ua4f2\U0001028a\U00010309\U00010320\U00010443\U00010526\U000118d2"
        "\U00016f16\U00016f28\U0001d22a\U0001e8c7\U0001f15b\U0001f17b\U0001f1f1"
    ),
    "ll": "\u01c1\u05f0\u2016\u2225\U00010199",
    "lls": "\U00010198",
    "lo": "\u044e",
    "ls": "\u02aa",
    "lt": "\u20b6",
    "lz": "\u02ab",
    "m": (
        "\u028d\u03fb\u043c\u04ce\u13b7\u15f0\u16d6\u1d0d\u2c99\ua4df\uab51\U000102b0"
        "\U00010311\U0001f15c\U0001f17c\U0001f1f2"
    ),
    "mb": "\U0001f76b",
    "n": (
        "\u014b\u019e\u0272\u0273\u0274\u03b7\u03c0\u043f\u0572\u0578\u057c\u1d70"
        "\u2c9b\ua4e0\U0001018e\U00010513\U0001f15d\U0001f17d\U0001f1f3"
    ),
    "o": (
        "\u00f8\u0275\u037b\u03b8\u03bf\u03c3\u03ed\u043e\u0473\u047b\u04e9\u0585"
        "\u05e1\u0647\u06be\u06c1\u06d5\u06ff\u0b20\u0c02\u0c82\u0d02\u0d20\u0d82"
        "\u1010\u101d\u10d7\u10ff\u12d0\u13a4\u13be\u13eb\u1d0f\u1d10\u1d11\u2184"
        "\u2296\u229d\u236c\u2c91\u2c9f\u2d31\u2d41\u2d54\u3007\ua4db\ua4f3\ua74b"
        "\uab3d\uab3e\uab3f\U00010292\U000102ab\U0001042c\U0001044b\U000104ea\U00010516"
        "\U000118c8\U000118d7\U0001d21a\U0001f15e\U0001f17e\U0001f1f4\U0001f714"
    ),
    "oe": "\u0153",
    "oo": "\u221e\ua699\ua74f",
    "p": (
        "\u00fe\u01a5\u01bf\u03c1\u03f8\u0440\u048f\u13e2\u146d\u18d6\u1d18\u1d29"
        "\u1d7d\u2117\u2374\u2ca3\u2ccf\ua4d1\U00010295\U000104ec\U0001f15f\U0001f17f"
        "\U0001f18a\U0001f1f5"
    ),
    "q": ("\u02a0\u051b\u0563\u0566\u1d90\u2d0d\u2d13\u2d55\ua7af\U0001f160\U0001f180\U0001f1f6"),
    "qe": "\U0001f700",
    "r": (
        "\u00ae\u024d\u027c\u027d\u027e\u0280\u0433\u0493\u13a1\u13b1\u13d2\u1587"
        "\u16b1\u18f4\u1d26\u1d72\u2c85\ua4e3\uab47\uab48\U000104dc\U00016f35\U0001d216"
        "\U0001f161\U0001f181\U0001f1f7"
    ),
    "rn": "\u0271\u1d6f\u20a5\U00011700",
    "s": (
        "\u01bd\u0282\u03e9\u0455\u057f\u0d1f\u13d5\u13da\u1d24\u1d74\u2211\u222b"
        "\u2d1d\u2d49\ua4e2\ua645\ua731\uab4d\U00010296\U00010448\U000118c1\U00016f3a"
        "\U0001f162\U0001f182\U0001f1f8"
    ),
    "ss": "\ua7d7",
    "sss": "\U0001f75c",
    "t": (
        "\u0167\u01ad\u0288\u03c4\u0442\u04ad\u13a2\u13bf\u1d1b\u1d75\u20ae\u22a4"
        "\u2361\u27d9\u2c66\u2ca7\u2d00\ua4d4\U00010297\U000102b1\U00010315\U00016f0a"
        "\U0001f163\U0001f183\U0001f1f9\U0001f768"
    ),
    "t3": "\ua729",
    "tf": "\ua777",
    "ts": "\u02a6",
    "u": (
        "\u0289\u028b\u03bc\u03c5\u045f\u057d\u1200\u13cc\u144c\u162e\u1634\u1d1c"
        "\u1d7e\u1d7f\u2127\u222a\u22c3\ua4f4\ua79f\uab4e\uab52\U000104f6\U000118d8"
        "\U00016f42\U0001f164\U0001f184\U0001f1fa"
    ),
    "ue": "\u1d6b",
    "uo": "\uab63",
    "v": (
        "\u03bd\u0475\u05d8\u13d9\u142f\u1d20\u2228\u22c1\u2d38\ua4e6\ua6df\U00010197"
        "\U0001051d\U00011706\U000118c0\U00016f08\U0001d20d\U0001f165\U0001f185\U0001f1fb"
        "\U0001f708"
    ),
    "vb": "\U0001f76c",
    "w": (
        "\u026f\u03c9\u0448\u0449\u0461\u047d\u051d\u0561\u13b3\u13d4\u1d21\u20a9"
        "\u2cbd\ua4ea\ua761\U000114c5\U0001170a\U0001170e\U0001170f\U000118ef\U0001f166"
        "\U0001f186\U0001f1fc"
    ),
    "x": (
        "\u00d7\u03c7\u0445\u04b3\u1541\u157d\u166d\u166e\u16b7\u2573\u292b\u292c"
        "\u2a2f\u2a30\u2cad\u2d5d\ua4eb\uab53\U00010196\U00010290\U000102b4\U00010317"
        "\U00010322\U00010527\U000118ec\U0001f167\U0001f187\U0001f1fd"
    ),
    "y": (
        "\u00a5\u01b4\u024f\u0263\u028f\u03b3\u0443\u04af\u04b1\u10e7\u13a9\u13bd"
        "\u1d8c\u1eff\u2ca9\ua4ec\uab5a\U000102b2\U000118dc\U00016f43\U0001f168"
        "\U0001f188\U0001f1fe"
    ),
    "z": (
        "\u01b6\u0225\u0290\u0292\u03b6\u04e1\u10f3\u13c3\u1646\u1d22\u1d76\u2c8d"
        "\u2cc5\u2ccd\ua4dc\ua76b\U000102f5\U000118c4\U000118c9\U0001f169\U0001f189"
        "\U0001f1ff"
    ),
}
