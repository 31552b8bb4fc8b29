/** Every limit on what comes from outside; the same as in protocol/wire/limits.py. */

export const MAX_INTEGER = Number.MAX_SAFE_INTEGER; // 2^53 - 1
export const MAX_INTEGER_DIGITS = 16;

// Keys and signatures.
export const KEY_BYTES = 32;
export const SEED_BYTES = 32;
export const SIGNATURE_BYTES = 64;

export const MAX_JSON_BYTES = 1_048_576;
export const MAX_JSON_DEPTH = 16;
export const MAX_JSON_NODES = 200_000;

export const MAX_MESSAGE_BYTES = 60_000;
export const MAX_MESSAGE_NODES = 10_000;
export const MAX_PROTECTED_CHARS = 400;
export const MAX_KIND_CHARS = 64;
export const NONCE_BYTES = 16;

export const MAX_ENTRY_BYTES = 65_535;

export const MAX_CHAIN_EVENTS = 64;

export const MAX_NOTE_BYTES = 32_768;
export const MAX_NOTE_SIGNATURES = 64;
export const MAX_KEY_NAME_BYTES = 255;
export const MAX_PROOF_HASHES = 63;
export const MAX_RECEIPT_BYTES = 49_152;
export const MAX_HEAD_CHARS = 4_096;
export const MAX_EVIDENCE_BYTES = 32_768;

export const MAX_BUNDLE_BYTES = 67_108_864;
export const MAX_BUNDLE_SECTIONS = 1_024;
export const MAX_SECTION_HEADS = 128;
export const MAX_SECTION_ITEMS = 100_000;
export const MAX_SEALED_BYTES = 65_599;
export const MAX_PARTS = 64;
export const MAX_PART_CHARS = 2_100;
export const MAX_PARTS_BYTES = 65_536;

// Not of the protocol: how many accepted keys are remembered. A phone holds fewer than a node.
export const KEY_CACHE_SIZE = 1_024;
