package pharos.daemon.api;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pharos.agent.AgentClosedException;
import pharos.records.RecordsException;

/**
 * Which request gets which answer, whatever door it came by. No sockets, for any thread. A HEAD is
 * a GET whose body is not sent, which is for the door to do.
 */
public final class Table {
  /** Of a path that makes no sense, in the error that names it. */
  private static final int MOST_SHOWN = 100;

  private static final Logger log = LoggerFactory.getLogger(Table.class);

  /** The parameter of all that may be waited for. */
  static final String WAIT = "wait";

  /** Begins the part of a template that is all that follows. */
  private static final String REST = "{+";

  private final List<Resource> resources;

  Table(List<Resource> resources) {
    this.resources = List.copyOf(resources);
  }

  List<Resource> resources() {
    return resources;
  }

  /** A request that has its resource, and may still want its body. */
  public static final class Match {
    private final Asked asked;
    private final Resource resource;
    private final Map<String, String> path;

    private Match(Asked asked, Resource resource, Map<String, String> path) {
      this.asked = asked;
      this.resource = resource;
      this.path = path;
    }

    /** Whether its body has to be read first. */
    public boolean takesBody() {
      return resource.takesBody();
    }

    boolean takesJson() {
      return resource.takes() == Resource.Takes.JSON;
    }

    /** Whether its answer may be long in coming, as was asked for. */
    public boolean waits() {
      String query = asked.query();
      return query != null && resource.parameters().contains(WAIT) && query.contains(WAIT + "=");
    }

    boolean isOpen() {
      return resource.isOpen();
    }

    /** The answer, now or later; never an exception. */
    public CompletableFuture<Answer> answer(ByteBuffer body) {
      try {
        Parameters query = Parameters.of(asked.query(), resource.parameters());
        Resource.Call call = new Resource.Call(asked, path, query, body);
        return resource
            .handler()
            .answer(call)
            .<Answer>thenApply(it -> it)
            .exceptionally(Table::failed);
      } catch (RuntimeException e) {
        return CompletableFuture.completedFuture(failed(e));
      }
    }
  }

  /**
   * The resource for a request.
   *
   * @throws Problem when there is none, or not for this method
   */
  public Match match(Asked asked) {
    String method = asked.method().equals("HEAD") ? "GET" : asked.method();
    List<String> parts = Resource.parts(asked.path());
    TreeSet<String> others = new TreeSet<>();
    for (Resource resource : resources) {
      Optional<Map<String, String>> path = path(resource, parts);
      if (path.isPresent() && resource.method().equals(method)) {
        return new Match(asked, resource, path.get());
      }
      path.ifPresent(it -> others.add(resource.method()));
    }
    if (others.isEmpty()) {
      throw new Problem(
          404,
          "no resource '" + cut(asked.path()) + "'; there is " + String.join(", ", templates()));
    }
    if (others.contains("GET")) {
      others.add("HEAD");
    }
    String allowed = String.join(", ", others);
    throw new Problem(405, "only " + allowed).with("Allow", allowed);
  }

  private static String cut(String path) {
    return path.length() > MOST_SHOWN ? path.substring(0, MOST_SHOWN) + "…" : path;
  }

  /** All in one, for a door that has the body already. */
  public CompletableFuture<Answer> answer(Asked asked, ByteBuffer body) {
    try {
      return match(asked).answer(body);
    } catch (Problem e) {
      return CompletableFuture.completedFuture(e.reply());
    }
  }

  private SortedSet<String> templates() {
    TreeSet<String> templates = new TreeSet<>();
    resources.forEach(it -> templates.add(it.template().replace(REST, "{")));
    return templates;
  }

  private static Optional<Map<String, String>> path(Resource resource, List<String> parts) {
    List<String> wanted = Resource.parts(resource.template());
    int last = wanted.size() - 1;
    boolean takesRest = wanted.get(last).startsWith(REST);
    if (takesRest ? parts.size() < wanted.size() : parts.size() != wanted.size()) {
      return Optional.empty();
    }
    Map<String, String> path = new HashMap<>();
    for (int i = 0; i <= last; i++) {
      String part = wanted.get(i);
      if (part.startsWith(REST)) {
        path.put(part.substring(REST.length(), part.length() - 1), rest(parts, i));
      } else if (part.startsWith("{")) {
        path.put(part.substring(1, part.length() - 1), parts.get(i));
      } else if (!part.equals(parts.get(i))) {
        return Optional.empty();
      }
    }
    path.replaceAll((name, encoded) -> decoded(name, encoded));
    return Optional.of(path);
  }

  /** Whoever hands on a path may take its dots away, so nobody is to rely on them. */
  private static String rest(List<String> parts, int first) {
    List<String> rest = parts.subList(first, parts.size());
    if (rest.contains(".") || rest.contains("..")) {
      throw Problem.badRequest("the path has '.' or '..' between slashes: write a dot as %2E");
    }
    return String.join("/", rest);
  }

  private static String decoded(String name, String encoded) {
    try {
      return Query.segment(encoded);
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest("the " + name + " in the path has " + e.getMessage());
    }
  }

  private static Reply failed(Throwable e) {
    Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
    if (cause instanceof Problem problem) {
      return problem.reply();
    }
    if (cause instanceof RecordsException why) {
      return RecordTexts.problem(why);
    }
    if (cause instanceof AgentClosedException || cause instanceof RejectedExecutionException) {
      return Reply.problem(503, "the agent is stopping");
    }
    log.warn("a request failed", cause);
    return Reply.problem(500, "this cannot be answered");
  }
}
