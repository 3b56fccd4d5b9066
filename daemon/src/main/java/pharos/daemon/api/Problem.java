package pharos.daemon.api;

/** Why a request cannot be answered as it was meant; thrown where that is found. */
public final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;
  private final String detail;
  private final String header;
  private final String value;

  /**
   * One for the asker.
   *
   * @param status the status of HTTP
   * @param detail one sentence that names what was wrong
   */
  public Problem(int status, String detail) {
    this(status, detail, "", "");
  }

  private Problem(int status, String detail, String header, String value) {
    super(status + " " + detail, null, false, false);
    this.status = status;
    this.detail = detail;
    this.header = header;
    this.value = value;
  }

  static Problem badRequest(String detail) {
    return new Problem(400, detail);
  }

  /** Too many at once: come again. */
  static Problem busy(String detail) {
    return new Problem(503, detail).with("Retry-After", "1");
  }

  Problem with(String header, String value) {
    return new Problem(status, detail, header, value);
  }

  /** The answer that says so. */
  public Reply reply() {
    Reply reply = Reply.problem(status, detail);
    return header.isEmpty() ? reply : reply.with(header, value);
  }
}
