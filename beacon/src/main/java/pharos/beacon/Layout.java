package pharos.beacon;

/** Where everything stands in version 1 of the datagram; {@code docs/PROTOCOL.md} says the same. */
final class Layout {
  static final int MAGIC_AND_VERSION = 'P' << 24 | 'H' << 16 | 'R' << 8 | 1;
  static final int MAGIC_AND_VERSION_LENGTH = 4;

  /** How others begin that share the port. */
  static final int ZRE_V1 = 'Z' << 24 | 'R' << 16 | 'E' << 8 | 1;

  static final int ZRE_V3 = 'Z' << 24 | 'R' << 16 | 'E' << 8 | 3;

  static final int FLAGS_AT = 4;
  static final int NEXT_MS_AT = 6;
  static final int TCP_PORT_AT = 8;
  static final int UDP_PORT_AT = 10;
  static final int CLUSTER_AT = 12;
  static final int ID_AT = 16;
  static final int INCARNATION_AT = 36;
  static final int SEQUENCE_AT = 44;
  static final int DIGEST_AT = 48;
  static final int FIXED_LENGTH = 56;

  /** The fixed part, and the lengths of an empty name and service. */
  static final int MIN_LENGTH = FIXED_LENGTH + 2;

  static final int MAX_LENGTH = 255;
  static final int MAX_UNSIGNED_LENGTH = MAX_LENGTH - BeaconKey.SIGNATURE_LENGTH;

  static final int LEAVING = 1;
  static final int SOLICIT = 2;
  static final int OVERLAY = 4;
  static final int SIGNED = 8;
  static final int WITNESS = 16;
  static final int DIRECT = 32;
  static final int UNHEARD = 64;
  static final int KNOWN_FLAGS = LEAVING | SOLICIT | OVERLAY | SIGNED | WITNESS | DIRECT | UNHEARD;

  static final byte NONCE = 1;
  static final int NONCE_LENGTH = 8;
  static final byte DOUBT = 2;
  static final int DOUBT_LENGTH = NodeId.LENGTH + 8;
  static final byte ADDRESS = 3;
  static final byte ECHO = 4;
  static final byte GOODBYE = 5;
  static final byte VOUCH = 6;
  static final byte DETAIL = 7;
  static final byte SUBJECTS = 8;
  static final int SUBJECT_LENGTH = Long.BYTES + Short.BYTES;
  static final byte ACCOUNTS = 9;
  static final int ACCOUNT_LENGTH = 2 * Integer.BYTES;
  static final byte HEARING = 10;
  static final int HEARING_LENGTH = 2 * Short.BYTES;
  static final int LOSS_LENGTH = Integer.BYTES + 1;
  static final byte LAST_KNOWN = HEARING;
  static final byte PAD = (byte) 255;

  /** The type and the length before the content of an extension. */
  static final int HEAD_LENGTH = 2;

  private Layout() {}
}
