package pharos.beacon;

/**
 * Why a datagram is not a beacon for us. When several apply, {@code docs/PROTOCOL.md} says which.
 */
public enum Reject implements Decoded {
  /** Shorter than magic and version, or than the fixed part of a version we know. */
  TOO_SHORT,
  /** A beacon of ZRE version 1, as Zyre sends on this port: the first bytes are ZRE and 1. */
  ZRE_V1,
  /** The same of version 3, whose sender wants CURVE. */
  ZRE_V3,
  /** Another protocol: the first three bytes are not {@code PHR}. */
  FOREIGN,
  /** A version of Pharos that this one does not read, whatever its length. */
  UNKNOWN_VERSION,
  /** Over 255 bytes, or over 235 before the signature. */
  TOO_LONG,
  /** A value that nobody sends: a zero id or own UDP port, an incarnation outside 1 to 2⁶³−1. */
  RESERVED_VALUE,
  /** The next beacon is announced for more than 60 s from now. */
  INTERVAL_TOO_LONG,
  /** A length that points past the end. */
  BAD_LENGTH,
  /** A name or service that is not UTF-8, or holds characters that would garble a log. */
  BAD_TEXT,
  /** A known extension with a wrong length or content, or twice where once is allowed. */
  BAD_EXTENSION,
  /** SOLICIT without the nonce that an answer would echo. */
  MISSING_NONCE,
  /** Not signed, and we have a key. */
  UNSIGNED,
  /** Signed with a key we do not have. */
  UNKNOWN_KEY,
  /** Signed with a key we have, but not by someone who has it. */
  BAD_SIGNATURE
}
