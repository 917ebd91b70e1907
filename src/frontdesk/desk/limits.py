"""Every number that the rules of a desk depend on and nobody sets, with its unit and its reason.

Durations are integer milliseconds and end in `_MS`, sizes in `_BYTES`; the rest are counts.
"""

# Ten is where every study of live chat sees answers get slow enough that guests leave.
AGENT_LIMIT_MOST = 10

# A name stays taken for a day after the last sign of life, so that the agent who reads "Ana" in
# this afternoon's notes does not meet another Ana.
NAME_KEPT_MS = 86_400_000

# Forgetting guests looks at all of them, so it comes in rounds and not one by one.
FORGET_ROUND_MS = 600_000

# The wait that is told is the mean of this many, and only of those within the last hour: what
# happened yesterday says nothing about today's queue (protocol §2, queuepos).
WAIT_SAMPLE = 20
WAIT_SAMPLE_MS = 3_600_000

# What one tick may bring about. More is due at once again, so nothing is lost; but a thousand
# guests who vanish together must not hold up everybody's messages.
TICK_ENTRIES = 200

# How long before the end of a silent conversation everybody is warned.
CLOSING_MS = 60_000

# A group room's name fits on a tab.
ROOM_NAME_CHARS = 60

# Who was here yesterday still knows how it was; and a desk forgets its guests after a day.
RATED_WITHIN_MS = 86_400_000

# Five stars.
RATING_BEST = 5
# Nobody changes their mind more often, and what is kept of a guest stays bounded.
RATINGS_MOST = 10
RATING_COMMENT_BYTES = 2_048

# Messages of people who found nobody: more than a weekend's, and few enough for every view.
NOTES_MOST = 500
# All of them stand in every agent's view. Five hundred that people write by hand take half of it.
NOTES_BYTES = 1_048_576
# What a form gives besides: a page, and a few fields of a line or two. Who sends more takes the
# place of others' messages.
NOTE_INFO_BYTES = 4_096
# An address of mail has at most 254 characters, and hardly one has more than 100.
CONTACT_CHARS = 200
# Under which name it stands among what a guest gave.
CONTACT = "contact"

# Messages that come with a room when somebody enters it or asks for the state.
BACKLOG = 50

# A question is a paragraph, not a document; what follows comes as messages.
TOPIC_BYTES = 2_048

# One message, in UTF-8 as it arrives (protocol §8).
MESSAGE_BYTES = 8_192

# What a site may tell about a guest: operating system, browser, page and a few of its own.
INFO_FIELDS = 16
INFO_KEY_CHARS = 40
INFO_VALUE_CHARS = 500

# Two live keys make a change of keys possible that nobody notices; the rest is for sites that are
# many but have one desk.
VOUCH_KEYS_MOST = 5
VOUCH_LABEL_CHARS = 60

# What a site signs of a guest, signature and all: a few short claims, and some of its own.
VOUCH_CHARS = 4_096

# How exactly it is known when a key was used last. Each time it is noted is one more entry.
VOUCH_USED_MS = 60_000

# Idempotency keys (protocol §7): long enough that nobody guesses one, short enough to index.
KEY_CHARS_LEAST = 16
KEY_CHARS_MOST = 64
