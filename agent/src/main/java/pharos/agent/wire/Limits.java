package pharos.agent.wire;

/** What fits into a document, and what is refused; the same for who writes and who reads. */
final class Limits {
  /** Of a whole document. */
  static final int DOCUMENT_BYTES = 64 * 1024;

  /** Of the array of capabilities: what is left beside the longest names. */
  static final int ARRAY_BYTES = DOCUMENT_BYTES - 1024;

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

  private Limits() {}
}
