package pharos.daemon.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import pharos.agent.wire.Offer;

/**
 * What a program says of itself when it asks to be announced.
 *
 * @param ttl how long that lasts unless it says so again; or there is a check
 */
record ProgramSpec(
    String service, List<Offer> offers, Optional<Duration> ttl, Optional<Check> check) {
  private static final Duration LEAST_TTL = Duration.ofSeconds(1);
  private static final Duration MOST_TTL = Duration.ofHours(24);
  private static final Duration LEAST_EVERY = Duration.ofMillis(200);
  private static final Duration MOST_EVERY = Duration.ofSeconds(60);

  ProgramSpec {
    offers = List.copyOf(offers);
  }

  /** As a body says it, with {@code lease}, which is no part of it. */
  static ProgramSpec of(Body body) {
    List<Offer> offers = new ArrayList<>();
    for (Body offer : body.objects("offers", "type", "port", "protocol", "attributes")) {
      offers.add(
          new Offer(
              offer.text("type").orElseThrow(() -> missing(offer, "type")),
              offer.port("port").orElseThrow(() -> missing(offer, "port")),
              offer.text("protocol").orElse("tcp"),
              offer.textsByName("attributes")));
    }
    Optional<Duration> ttl =
        body.text("ttl").map(text -> Parameters.time("'ttl'", text, LEAST_TTL, MOST_TTL));
    Optional<Check> check =
        body.object("check", "http", "tcp", "zmq", "port", "every").map(it -> check(it, offers));
    if (ttl.isPresent() == check.isPresent()) {
      throw Problem.badRequest("one of 'ttl' and 'check' is wanted: how it is known to be there");
    }
    return new ProgramSpec(body.text("service").orElse(""), offers, ttl, check);
  }

  private static Check check(Body body, List<Offer> offers) {
    Optional<String> http = body.text("http");
    Optional<Integer> tcp = body.port("tcp");
    Optional<Integer> zmq = body.port("zmq");
    long kinds = List.of(http, tcp, zmq).stream().filter(Optional::isPresent).count();
    if (kinds != 1) {
      throw Problem.badRequest("'check' wants one of 'http' (a path), 'tcp' and 'zmq' (a port)");
    }
    Duration every =
        Parameters.time("'check.every'", body.text("every").orElse("2s"), LEAST_EVERY, MOST_EVERY);
    if (http.isEmpty()) {
      Check.Kind kind = tcp.isPresent() ? Check.Kind.TCP : Check.Kind.ZMQ;
      return new Check(kind, tcp.or(() -> zmq).orElseThrow(), "", every);
    }
    if (!http.get().matches("/[\\x21-\\x7e]{0,1000}")) {
      throw Problem.badRequest("'check.http' is a path that begins with a slash, as it is sent");
    }
    int port =
        body.port("port")
            .or(() -> offers.stream().map(Offer::port).findFirst())
            .orElseThrow(() -> missing(body, "port"));
    return new Check(Check.Kind.HTTP, port, http.get(), every);
  }

  private static Problem missing(Body body, String name) {
    return Problem.badRequest("'" + body.where() + name + "' is missing");
  }
}
