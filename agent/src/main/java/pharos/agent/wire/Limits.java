package pharos.agent.wire;

import pharos.agent.core.Introduction;
import pharos.kademlia.Contact;

/** What fits into a document, and what is refused; the same for who writes and who reads. */
final class Limits {
  /** Of a whole document. */
  static final int DOCUMENT_BYTES = 64 * 1024;

  /** Of the array of capabilities: what is left beside the longest names and most addresses. */
  static final int ARRAY_BYTES = DOCUMENT_BYTES - 1536;

  static final int CAPABILITIES = 256;
  static final int DEPTH = 16;
  static final int DIGITS = 32;
  static final int FIELD_NAME = 1024;

  /** Of a name or service, as in a beacon. */
  static final int NAME_BYTES = 63;

  static final int TYPE_BYTES = 255;
  static final int PROTOCOL_BYTES = 32;
  static final int ATTRIBUTES = 64;
  static final int KEY_BYTES = 255;
  static final int VALUE_BYTES = 4096;

  static final int MAX_PORT = 65_535;

  /** Of a whole frame of the dialogue past the subnet. */
  static final int FRAME_BYTES = 128 * 1024;

  /** The capabilities of a peer stand three levels deeper than in the peer's own document. */
  static final int FRAME_DEPTH = DEPTH + 3;

  /** What closes a frame after its last list. */
  static final int FRAME_TAIL = 64;

  static final int CONTACTS = 256;
  static final int PEERS = 256;
  static final int PATH = 64;

  /** Of a step of a path, in characters as people count them. */
  static final int STEP_POINTS = 64;

  /** The same in bytes: six for a character that is shown as an escape, and the ellipsis. */
  static final int STEP_BYTES = 6 * STEP_POINTS + 3;

  static final int ADDRESSES = Introduction.MAX_ADDRESSES;

  /** Of a site, which may be a host name. */
  static final int SITE_BYTES = 255;

  /** Of an endpoint: a character takes at most three bytes, two of them at most four. */
  static final int ENDPOINT_BYTES = 3 * Contact.MAX_ENDPOINT_LENGTH;

  /** Of an age or lease: about 31 years, so that it fits into a long in nanoseconds too. */
  static final long MAX_MS = 1_000_000_000_000L;

  private Limits() {}
}
