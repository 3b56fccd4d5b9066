package pharos.daemon;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import pharos.records.Content;
import pharos.records.RecordsException;
import pharos.records.Version;
import pharos.records.Write;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pharos records}: reads and writes small values that several hosts have copies of. */
@Command(
    name = "records",
    description = {
      "Reads and writes records: small values by their key, that several hosts have copies of. The"
          + " agent with HTTP that this user runs in this cluster is asked.",
      "",
      "  status        who holds records, and whether all copies are where they should be",
      "  put KEY VALUE writes a value; - for standard input, --file FILE for a file",
      "  get KEY       prints a value, byte for byte",
      "  rm KEY        deletes a value",
      "  list [PREFIX] lists the keys that begin so",
      "  watch KEY     prints how a key is, now and after each change, until Ctrl-C",
      "  conflicts [KEY] lists the values that another one won over",
      "  forget NODE   a node that is gone for good counts no more, by its name or id",
      ""
    },
    footer = {
      "  pharos records put web/one 10.0.0.7:8080",
      "      then 'pharos records get web/one', on any host of this network",
      "  pharos records put lease/printer $HOSTNAME --create --expiry 30s",
      "      only one gets it, and it is gone by itself",
      "  pharos records put web/one 10.0.0.8:8080 --if-version 5-00000000a1b2c3d4",
      "      only in place of the value that was read",
      "  pharos records list web/ --json | jq -r '.records[].key'",
      "",
      "Ends with 0 when it was done, 1 when it was not (there is no such value, it is another one,"
          + " no majority answers: then it tells whether it may have happened), 2 when the options"
          + " make no sense."
    })
final class RecordsCommand extends Subcommand {
  private static final String STATUS = "status";

  /** What each has: the fewest and most words behind it, and its options. */
  private record Action(int fewest, int most, List<String> options) {}

  private static final Map<String, Action> ACTIONS = new LinkedHashMap<>();

  static {
    ACTIONS.put(STATUS, new Action(0, 0, List.of()));
    ACTIONS.put(
        "put",
        new Action(1, 2, List.of("--create", "--if-version", "--expiry", "--type", "--file")));
    ACTIONS.put("get", new Action(1, 1, List.of("--read")));
    ACTIONS.put("rm", new Action(1, 1, List.of("--if-version")));
    ACTIONS.put("list", new Action(0, 1, List.of()));
    ACTIONS.put("watch", new Action(1, 1, List.of()));
    ACTIONS.put("conflicts", new Action(0, 1, List.of()));
    ACTIONS.put("forget", new Action(1, 1, List.of()));
  }

  @Parameters(index = "0", arity = "0..1", paramLabel = "ACTION", description = "Default: status.")
  private String action = STATUS;

  @Parameters(
      index = "1..*",
      arity = "0..2",
      paramLabel = "KEY VALUE",
      description = "What it is done with.")
  private List<String> words = List.of();

  @Option(names = "--create", description = "Put it only where there is no value.")
  private boolean isCreate;

  @Option(
      names = "--if-version",
      paramLabel = "VERSION",
      description = "Put or remove it only where the value is this version; * for any.")
  private @Nullable String version;

  @Option(
      names = "--expiry",
      paramLabel = "TIME",
      description = "What is put is gone by itself after this time, such as 30s.")
  private @Nullable Duration expiry;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description =
          "What is put is of this type, as HTTP tells it. Default: text/plain for a VALUE, else"
              + " application/octet-stream.")
  private @Nullable String type;

  @Option(names = "--file", paramLabel = "FILE", description = "Put what is in this file.")
  private @Nullable Path file;

  @Option(
      names = "--read",
      paramLabel = "quorum|local",
      description = "How sure a value has to be; local is what the nearest has. Default: quorum.")
  private @Nullable String read;

  @Option(names = "--json", description = "Print JSON, in a line.")
  private boolean isJson;

  @Mixin private DaemonOptions daemons = new DaemonOptions();

  @Mixin private NetworkOptions network = new NetworkOptions();

  @Override
  public Integer call() {
    check();
    Map<String, String> headers = headers();
    byte[] value = action.equals("put") ? value() : new byte[0];
    RecordsTalk talk = new RecordsTalk(caller, daemon(), isJson);
    String word = words.isEmpty() ? "" : words.get(0);
    return switch (action) {
      case "put" -> talk.put(word, value, headers, expiry);
      case "get" -> talk.get(word, Optional.ofNullable(read));
      case "rm" -> talk.remove(word, headers);
      case "list" -> talk.list(word);
      case "watch" -> talk.watch(word);
      case "conflicts" -> talk.conflicts(word);
      case "forget" -> talk.forget(word);
      default -> talk.status();
    };
  }

  private void check() {
    Action known = ACTIONS.get(action);
    if (known == null) {
      throw new Misuse(
          "'"
              + action
              + "' is none of "
              + String.join(", ", ACTIONS.keySet())
              + Nearest.hint(action, ACTIONS.keySet()));
    }
    if (words.size() < known.fewest()) {
      throw new Misuse(action + " wants a " + (action.equals("forget") ? "NODE" : "KEY"));
    }
    if (words.size() > known.most()) {
      throw new Misuse("'" + words.get(known.most()) + "' is one argument too many");
    }
    refuse(known, "--create", isCreate);
    refuse(known, "--if-version", version != null);
    refuse(known, "--expiry", expiry != null);
    refuse(known, "--type", type != null);
    refuse(known, "--file", file != null);
    refuse(known, "--read", read != null);
    if (isCreate && version != null) {
      throw new Misuse("--create and --if-version cannot both be so");
    }
    if (read != null && !read.equals("quorum") && !read.equals("local")) {
      throw new Misuse("--read: '" + read + "' is neither quorum nor local");
    }
    if (!words.isEmpty() && !action.equals("forget")) {
      checkKey(words.get(0));
    }
  }

  private void refuse(Action known, String option, boolean isGiven) {
    if (isGiven && !known.options().contains(option)) {
      throw new Misuse(option + " makes no sense with " + action);
    }
  }

  private static void checkKey(String key) {
    try {
      Write.checkKey(key);
    } catch (RecordsException e) {
      throw new Misuse("'" + key + "': " + e.getMessage(), e);
    }
  }

  private Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    if (isCreate) {
      headers.put("If-None-Match", "*");
    }
    String wanted = version;
    if (wanted != null) {
      headers.put("If-Match", wanted.equals("*") ? wanted : "\"" + checked(wanted) + "\"");
    }
    String told = type;
    if (action.equals("put")) {
      boolean isText = words.size() > 1 && !words.get(1).equals("-");
      String usual = isText ? Content.text("").type() : Content.OCTETS;
      headers.put("Content-Type", told == null ? usual : checkedType(told));
    }
    return headers;
  }

  private static Version checked(String text) {
    try {
      return Version.of(text);
    } catch (IllegalArgumentException e) {
      throw new Misuse("--if-version: " + e.getMessage(), e);
    }
  }

  private static String checkedType(String text) {
    try {
      return new Content(new byte[0], text).type();
    } catch (RecordsException e) {
      throw new Misuse("--type '" + text + "': " + e.getMessage(), e);
    }
  }

  private byte[] value() {
    Path from = file;
    boolean isGiven = words.size() > 1;
    if (isGiven == (from != null)) {
      throw new Misuse("put wants one of VALUE, - and --file FILE");
    }
    try {
      if (from != null) {
        return whole(Files.newInputStream(from));
      }
      String text = words.get(1);
      byte[] bytes = text.equals("-") ? whole(System.in) : text.getBytes(StandardCharsets.UTF_8);
      return new Content(bytes, Content.OCTETS).bytes();
    } catch (NoSuchFileException e) {
      throw new Failure("--file: cannot read '" + from + "': there is none", e);
    } catch (IOException e) {
      throw new Failure("cannot read the value: " + e.getMessage(), e);
    } catch (RecordsException e) {
      throw new Failure(String.valueOf(e.getMessage()), e);
    }
  }

  private static byte[] whole(InputStream from) throws IOException {
    try (from) {
      byte[] bytes = from.readNBytes(Content.MAX_BYTES + 1);
      if (bytes.length > Content.MAX_BYTES) {
        throw new IOException("it has more than " + Content.MAX_BYTES + " bytes");
      }
      return bytes;
    }
  }

  private Daemon daemon() {
    if (daemons.isOff()) {
      throw new Misuse("--at off asks none, and only an agent that runs has records");
    }
    return daemons
        .find(caller, network::isOf)
        .orElseThrow(
            () ->
                new Failure(
                    "no agent with HTTP of this user runs in this cluster, and only one that runs"
                        + " has records: start it with 'pharos agent --records', or name one by"
                        + " --at"
                        + daemons.elsewhere(caller)));
  }
}
