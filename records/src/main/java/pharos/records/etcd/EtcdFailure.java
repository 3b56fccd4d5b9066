package pharos.records.etcd;

import java.util.Map;
import java.util.Set;
import pharos.records.RecordsException;
import pharos.records.RecordsException.Reason;

/**
 * A call that etcd did not do.
 *
 * @param then what follows from it
 * @param text as etcd, or the network, said it
 * @param isAnswer whether a member said it
 */
record EtcdFailure(Then then, Reason reason, String text, boolean isAnswer) {
  private static final int RESOURCE_EXHAUSTED = 8;
  private static final int UNAVAILABLE = 14;
  private static final int UNAUTHENTICATED = 16;

  /**
   * The codes of gRPC that say nothing was done: a bad argument, not found, there already, no
   * permission, a condition that does not hold, out of range, not implemented.
   */
  private static final Set<Integer> DEFINITE = Set.of(3, 5, 6, 7, 9, 11, 12);

  /** What follows from a failure. */
  enum Then {
    /** The same would come again. */
    GIVE_UP,
    /** Nothing was done: another endpoint, or this one a little later. */
    TRY_AGAIN,
    /** Perhaps it was done: again only if that does no harm. */
    UNSURE,
    /** A new token is wanted; nothing was done. */
    RENEW_TOKEN
  }

  /** Nobody answered, or the answer broke off. */
  static EtcdFailure unreached(String endpoint, Throwable why, boolean wasSent) {
    return new EtcdFailure(
        wasSent ? Then.UNSURE : Then.TRY_AGAIN,
        Reason.NO_MAJORITY,
        endpoint + (wasSent ? " did not answer: " : " cannot be reached: ") + cause(why),
        false);
  }

  /** The same, and why it was tried again. */
  EtcdFailure after(EtcdFailure before) {
    return new EtcdFailure(then, reason, text + "; before that: " + before.text, isAnswer);
  }

  private static String cause(Throwable why) {
    String text = why.getMessage();
    return text == null ? why.getClass().getSimpleName() : text;
  }

  /** An answer that is not what was asked for. */
  static EtcdFailure answered(String endpoint, int status, Map<String, Object> answer) {
    Object told = answer.getOrDefault("error", answer.get("message"));
    if (told == null) {
      boolean isOfProxy = status >= 500;
      return new EtcdFailure(
          isOfProxy ? Then.UNSURE : Then.GIVE_UP,
          isOfProxy ? Reason.NO_MAJORITY : Reason.REFUSED,
          endpoint + ": HTTP " + status + ", and not as etcd answers",
          false);
    }
    String text = told.toString();
    int code = answer.get("code") instanceof Number it ? it.intValue() : -1;
    return of(code, text, endpoint + ": " + text);
  }

  private static EtcdFailure of(int code, String text, String told) {
    if (code == UNAUTHENTICATED || text.contains("revision of auth store is old")) {
      return new EtcdFailure(Then.RENEW_TOKEN, Reason.REFUSED, told, true);
    }
    if (code == RESOURCE_EXHAUSTED) {
      return new EtcdFailure(
          Then.GIVE_UP,
          text.contains("space exceeded") ? Reason.FULL : Reason.TOO_MANY,
          told,
          true);
    }
    if (DEFINITE.contains(code)) {
      return new EtcdFailure(
          Then.GIVE_UP, text.contains("too large") ? Reason.TOO_LARGE : Reason.REFUSED, told, true);
    }
    // These are said before anything is proposed to the other members.
    boolean isSafe =
        code == UNAVAILABLE && (text.endsWith("no leader") || text.contains("for learner"));
    return new EtcdFailure(isSafe ? Then.TRY_AGAIN : Then.UNSURE, Reason.NO_MAJORITY, told, true);
  }

  RecordsException exception(boolean isWrite) {
    return new RecordsException(reason, "etcd at " + text, isWrite && then == Then.UNSURE);
  }
}
