"""Every limit on what comes from outside, named, in one place (docs/spec/wire.md, "Limits").

A limit is part of the protocol: two nodes with different limits would keep different
ledgers. Raise one only together with a new kind or a new version.
"""

# Integers: what every JSON implementation holds exactly.
MAX_INTEGER = 2**53 - 1
MAX_INTEGER_DIGITS = 16

# JSON in general; a caller may ask for less, or for more bytes.
MAX_JSON_BYTES = 1_048_576
MAX_JSON_DEPTH = 16
MAX_JSON_NODES = 200_000

# A message and its parts.
MAX_MESSAGE_BYTES = 60_000
MAX_MESSAGE_NODES = 10_000
MAX_PROTECTED_CHARS = 400
MAX_KIND_CHARS = 64

# An entry; C2SP tlog-tiles frames entries with a 16-bit length.
MAX_ENTRY_BYTES = 65_535
SALT_BYTES = 16
NONCE_BYTES = 16

# Parts of bodies.
MAX_TEXT_CHARS = 20_000
MAX_LINE_CHARS = 200
MAX_LANGUAGES = 20
MAX_ROWS = 2_000

# Minutes of an assembly: so many members' ids leave room for its items in one message.
MAX_ATTENDANCE = 800
MAX_AGENDA = 100
MAX_MINUTES = 100
"""Minutes that count on one proposal."""

# The longest time that a charter states, and the longest term of an office.
YEAR_S = 366 * 86_400
MAX_TERM_S = 10 * YEAR_S

# Offices that a charter defines, seats of one of them, and candidates for one.
MAX_OFFICES = 32
MAX_SEATS = 100
MAX_LIMITS = 20
"""Limits that a mandate states."""

# Reports: the shortest period, and so the most periods of the longest term.
MIN_PERIOD_S = 86_400
MAX_PERIODS = MAX_TERM_S // MIN_PERIOD_S

# How much longer than its terms say a vote on a recall may be open.
RECALL_SLACK_S = 3_600

# A community's key chain, and the communities of one council.
MAX_CHAIN_EVENTS = 64
MAX_COUNCIL = 150

# Notes, proofs and what carries them.
MAX_NOTE_BYTES = 32_768
MAX_NOTE_SIGNATURES = 64
MAX_KEY_NAME_BYTES = 255
MAX_PROOF_HASHES = 63
MAX_ADD_CHECKPOINT_BYTES = 16_384
MAX_RECEIPT_BYTES = 49_152
MAX_HEAD_CHARS = 4_096
MAX_EVIDENCE_BYTES = 32_768

# Bundles (docs/spec/bundle.md); sizes are those after decompression.
MAX_BUNDLE_BYTES = 64 * 1024 * 1024
MAX_BUNDLE_SECTIONS = 1_024
MAX_SECTION_HEADS = 128
MAX_SECTION_ITEMS = 100_000
MAX_SEALED_BYTES = MAX_ENTRY_BYTES + 64

# Bounded caches of what was already checked.
KEY_CACHE_SIZE = 16_384

# A bundle as pictures: so much in each, and so many of them.
MAX_PARTS = 64
MAX_PART_CHARS = 2_100
MAX_PARTS_BYTES = 65_536
