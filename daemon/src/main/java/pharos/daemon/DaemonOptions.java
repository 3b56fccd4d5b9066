package pharos.daemon;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which daemon a command asks, if any. */
final class DaemonOptions {
  private static final String OFF = "off";

  @Option(
      names = "--at",
      paramLabel = "URL|off",
      description =
          "Ask the agent there, such as http://127.0.0.1:8670; off to ask none, and listen."
              + " Default: the agent with HTTP of this user and this cluster that was started"
              + " last.")
  private @Nullable String at;

  /** Whether none is to be asked. */
  boolean isOff() {
    return OFF.equals(at);
  }

  /** The one that is to be asked; says which, where there are several. */
  Optional<Daemon> find(Caller caller, Predicate<Daemon> fits) {
    if (isOff()) {
      return Optional.empty();
    }
    String url = at;
    if (url != null) {
      return Optional.of(Daemon.at(url, token(caller, url)));
    }
    return latest(caller, fits);
  }

  /** What the variable says; else what the agent there wrote down for this user, if it is his. */
  private static String token(Caller caller, String url) {
    String given = caller.variable("PHAROS_HTTP_TOKEN");
    if (!given.isEmpty()) {
      return given;
    }
    String bare = url.replaceFirst("/$", "");
    return RunFolder.of(caller).files().stream()
        .flatMap(file -> Daemon.read(file).stream())
        .filter(it -> it.url().equals(bare))
        .map(Daemon::token)
        .findFirst()
        .orElse("");
  }

  /** For who heard nobody: the agent of this user that they may have meant, if there is one. */
  String elsewhere(Caller caller) {
    return fitting(caller, daemon -> at == null).stream()
        .findFirst()
        .map(it -> "; " + it.label() + " was not heard here: --at " + it.url() + " asks it")
        .orElse("");
  }

  /** The one of this user that was started last; says which, where there are several. */
  static Optional<Daemon> latest(Caller caller, Predicate<Daemon> fits) {
    List<Daemon> all = fitting(caller, fits);
    if (all.size() > 1) {
      String labels = all.stream().map(Daemon::label).collect(Collectors.joining(", "));
      String told = "pharos: asks %s, started last of %s; --at URL asks another";
      caller.err().println(told.formatted(all.get(0).label(), labels));
    }
    return all.stream().findFirst();
  }

  /** All that answer, the one started last first; the files of the others are removed. */
  private static List<Daemon> fitting(Caller caller, Predicate<Daemon> fits) {
    List<Daemon> all = new ArrayList<>();
    for (Path file : RunFolder.of(caller).files()) {
      Daemon.read(file).filter(fits).filter(it -> answers(it, file)).ifPresent(all::add);
    }
    all.sort(Comparator.comparingLong(Daemon::startedMs).reversed());
    return all;
  }

  private static boolean answers(Daemon daemon, Path file) {
    try {
      // Whatever it answers: one that is not well is still there.
      return daemon.get("/healthz", Daemon.LIFE_MS).status() > 0;
    } catch (ConnectException e) {
      remove(file);
      return false;
    } catch (IOException e) {
      return false; // it may only be slow
    }
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // The next command tries it again.
    }
  }
}
