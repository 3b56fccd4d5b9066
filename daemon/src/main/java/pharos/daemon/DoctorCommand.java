package pharos.daemon;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import pharos.agent.json.Json;
import pharos.daemon.doctor.Diagnosis;
import pharos.daemon.doctor.Examination;
import pharos.daemon.doctor.Finding;
import pharos.daemon.text.Shown;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pharos doctor}: what is wrong with this network, and what to type. */
@Command(
    name = "doctor",
    description =
        "Tells what is wrong with this host and its network, and what to type to mend it: when ping"
            + " works and nothing is found. With HOST it measures the way to that one, both sides.",
    footer = {
      "  pharos doctor",
      "      looks at this host, and at a few of those it hears",
      "  sudo pharos doctor",
      "      the same with the rules of the firewall, which are for root alone",
      "  pharos doctor 192.168.1.20",
      "      measures each leg: broadcasts, single datagrams and TCP, there and back",
      "  pharos doctor 192.168.1.20:36417 --json | jq -r '.findings[] | select(.mend) | .mend'",
      "      by the TCP port that the agent there tells at its start; what to type",
      "",
      "Ends with 0 when nothing failed (a warning is no failure), 1 when something did, 2 when the"
          + " options make no sense."
    })
final class DoctorCommand extends Subcommand {
  private static final int MAX_WAIT_S = 15;

  @Parameters(
      arity = "0..1",
      paramLabel = "HOST",
      description =
          "An address, a host or the name of a peer; with :PORT where its agent answers over TCP.")
  private @Nullable String host;

  @Option(names = "--json", description = "Print the findings as one JSON document.")
  private boolean isJson;

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      description = "How long to listen at least, up to 15s. Default: 3s.")
  private Duration wait = Duration.ofSeconds(3);

  @Mixin private NetworkOptions network = new NetworkOptions();

  @Override
  public Integer call() {
    if (wait.toSeconds() > MAX_WAIT_S) {
      throw new Misuse("--wait: more than 15s tells no more");
    }
    Logs.quiet();
    Optional<Examination.Wanted> wanted = Optional.ofNullable(host).map(Remote::parse);
    List<Finding> findings;
    try (Examination examination = new Examination(network.plan(wanted, wait.toMillis()))) {
      findings = Diagnosis.of(examination.run());
    } catch (IOException e) {
      throw new Failure(Errors.reason(e), e);
    }
    Finding.Verdict worst = worst(findings);
    if (isJson) {
      List<?> told = findings.stream().map(Finding::json).toList();
      print(Json.write(Json.object("verdict", worst.word(), "findings", told)));
    } else {
      print(findings);
    }
    caller.out().flush();
    caller.err().println("pharos doctor: " + summary(findings));
    return worst == Finding.Verdict.FAIL ? Main.FAILED : 0;
  }

  private static Finding.Verdict worst(List<Finding> findings) {
    for (Finding.Verdict each : List.of(Finding.Verdict.FAIL, Finding.Verdict.WARN)) {
      if (findings.stream().anyMatch(it -> it.verdict() == each)) {
        return each;
      }
    }
    return Finding.Verdict.OK;
  }

  private static String summary(List<Finding> findings) {
    List<String> counts = new ArrayList<>();
    for (Finding.Verdict each : Finding.Verdict.values()) {
      long count = findings.stream().filter(it -> it.verdict() == each).count();
      if (count > 0) {
        counts.add(count + " " + each.word());
      }
    }
    return String.join(", ", counts);
  }

  private void print(List<Finding> findings) {
    Paint paint = Paint.of(caller, Caller.Stream.OUT);
    for (Finding it : findings) {
      String about = it.about().isEmpty() ? "" : " (" + it.about() + ")";
      String word = it.verdict() == Finding.Verdict.NOT_LOOKED_AT ? "-" : it.verdict().word();
      String not = it.verdict() == Finding.Verdict.NOT_LOOKED_AT ? "not looked at: " : "";
      String line =
          Shown.line(String.format("%-5s %s%s: %s%s", word, it.check(), about, not, it.text()));
      boolean isBad = it.verdict() == Finding.Verdict.FAIL || it.verdict() == Finding.Verdict.WARN;
      print(isBad ? paint.doubtful(line) : line);
      if (!it.mend().isEmpty()) {
        print(paint.bold(Shown.line("      -> " + it.mend())));
      }
    }
  }
}
