package pharos.daemon.api;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who has shown the token: a program sends it with each request, and a page changes it once for a
 * cookie ({@code POST /v1/session}), since it cannot send it with all that a browser asks for.
 */
public final class Session {
  private static final String BEARER = "Bearer ";

  private final Token token;
  private final String cookieName;

  /**
   * One for this token.
   *
   * @param port where it is asked for: a browser keeps cookies by host alone, and several agents
   *     may be on one
   */
  public Session(Token token, int port) {
    this.token = token;
    cookieName = "pharos-" + port;
  }

  List<Resource> resources() {
    return List.of(
        Resource.withBody("POST", "/v1/session", Set.of(), call -> Resource.now(begin(call)))
            .open());
  }

  boolean knows(Asked asked) {
    Optional<String> sent = asked.header("Authorization").filter(it -> it.startsWith(BEARER));
    return sent.map(it -> token.isShownBy(it.substring(BEARER.length()).strip()))
        .orElseGet(() -> asked.header("Cookie").map(this::isInCookies).orElse(false));
  }

  private boolean isInCookies(String cookies) {
    for (String each : cookies.split(";", -1)) {
      String bare = each.strip();
      if (bare.startsWith(cookieName + "=")
          && token.isKeptAs(bare.substring(cookieName.length() + 1))) {
        return true;
      }
    }
    return false;
  }

  private Reply begin(Resource.Call call) {
    Optional<String> given = Body.of(call.body(), "token").text("token");
    if (!given.map(token::isShownBy).orElse(false)) {
      throw unknown();
    }
    return Reply.empty(204)
        .with(
            "Set-Cookie",
            cookieName + "=" + token.cookie() + "; Path=/; HttpOnly; SameSite=Strict");
  }

  static Problem unknown() {
    return new Problem(
            401,
            "send Authorization: Bearer TOKEN; the agent was given it, or told it when it started")
        .with("WWW-Authenticate", "Bearer");
  }
}
