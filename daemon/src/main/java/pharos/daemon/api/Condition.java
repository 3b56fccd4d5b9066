package pharos.daemon.api;

import java.util.Optional;
import pharos.agent.json.Json;

/**
 * How the agent is, for {@code /healthz}.
 *
 * @param status {@code ok}, or what is the matter in one word
 * @param why one line that tells more; may be empty
 */
public record Condition(String status, String why) {
  /** It runs, and can be asked. */
  public static final Condition OK = new Condition("ok", "");

  /** It is about to end, as it was told to. */
  public static final Condition STOPPING = new Condition("stopping", "");

  /** Whoever watches over it looks at the number alone. */
  Reply reply() {
    Optional<String> more = Optional.of(why).filter(text -> !text.isEmpty());
    String body = Json.write(Json.object("status", status, "why", more));
    return Reply.json(status.equals(OK.status()) ? 200 : 503, body);
  }
}
