package pharos.daemon;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The variables {@code PHAROS_*}, each named as an option. For a service that is called {@code
 * pharos}, Kubernetes and Docker set some of the same beginning: those are passed over.
 */
final class PresetVariables {
  static final String PREFIX = "PHAROS_";

  /** What other programs of ours read, and what is no option. */
  private static final Set<String> OTHERS =
      Set.of(
          "PHAROS_AGENT_OPTIONS",
          "PHAROS_AGENT_PATH",
          "PHAROS_CALL_EVERY",
          "PHAROS_CONFIG",
          "PHAROS_DOCKER_LOCAL",
          "PHAROS_ETCD_LOGIN",
          "PHAROS_HTTP_TOKEN",
          "PHAROS_LOG",
          "PHAROS_LONG",
          "PHAROS_NO_SKIP",
          "PHAROS_STORY",
          "PHAROS_TERMINAL",
          "PHAROS_TEST_JDKS");

  private static final Pattern ORCHESTRATED =
      Pattern.compile(
          "PHAROS_(.+_)?(SERVICE_HOST|SERVICE_PORT(_.+)?"
              + "|PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?|ENV_.+)");

  /** Of a port, an address with a protocol; of a name, the path of a link. */
  private static final Pattern ORCHESTRATED_VALUE = Pattern.compile("(tcp|udp|sctp)://.*|/.*/.*");

  private static final int NAMED = 2;

  private final List<Preset> presets = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  /**
   * Reads them.
   *
   * @param known the options that there are
   */
  PresetVariables(Map<String, String> environment, Set<String> known) {
    List<String> passedOver = new ArrayList<>();
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              if (mayBeOption(name) && !value.isBlank()) {
                if (isOrchestrated(name, value)) {
                  passedOver.add(name);
                } else {
                  add(name, value, known);
                }
              }
            });
    if (!passedOver.isEmpty()) {
      warnings.add(told(passedOver));
    }
  }

  private static boolean mayBeOption(String name) {
    return name.startsWith(PREFIX) && !OTHERS.contains(name);
  }

  /** Whether there is anything to read. */
  static boolean isAny(Map<String, String> environment) {
    return environment.keySet().stream().anyMatch(PresetVariables::mayBeOption);
  }

  private static boolean isOrchestrated(String name, String value) {
    boolean isOfBoth = name.endsWith("_PORT") || name.endsWith("_NAME");
    return ORCHESTRATED.matcher(name).matches()
        || (isOfBoth && ORCHESTRATED_VALUE.matcher(value).matches());
  }

  private static String told(List<String> names) {
    int more = names.size() - NAMED;
    return String.join(", ", names.subList(0, Math.min(NAMED, names.size())))
        + (more > 0 ? " and " + more + " more" : "")
        + ": of Kubernetes or Docker for a service called 'pharos', passed over";
  }

  private void add(String name, String value, Set<String> known) {
    String option = name.substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '-');
    if (known.contains(option)) {
      presets.add(new Preset(option, value.strip(), name));
    } else {
      List<String> variables = known.stream().map(PresetVariables::nameOf).toList();
      warnings.add(name + " is no option, passed over" + Nearest.hint(name, variables));
    }
  }

  static String nameOf(String option) {
    return PREFIX + option.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  List<Preset> presets() {
    return presets;
  }

  /** What is told of them, each in a line. */
  List<String> warnings() {
    return warnings;
  }
}
