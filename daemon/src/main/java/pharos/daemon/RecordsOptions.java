package pharos.daemon;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pharos.agent.AgentBuilder;
import pharos.records.Records;
import pharos.records.embedded.EmbeddedRecords;
import pharos.records.etcd.EtcdBuilder;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Who keeps the records of an agent: it and others like it, etcd, or nobody here. */
final class RecordsOptions {
  private static final String LOGIN_VARIABLE = "PHAROS_ETCD_LOGIN";

  /** What stands for the agents themselves. */
  private static final String AGENTS = "agents";

  private static final int DEFAULT_COPIES = 3;

  private static final Logger story = LoggerFactory.getLogger("pharos.story");

  @Option(
      names = "--records",
      paramLabel = "etcd://HOST:PORT[,...]",
      arity = "0..1",
      fallbackValue = AGENTS,
      converter = WhereReader.class,
      description =
          "Hold records, together with the others that do: be a gateway, and keep copies. With a"
              + " value, pass them on to etcd there; etcds:// for TLS. Default: neither.")
  private @Nullable String where;

  @Option(
      names = "--copies",
      paramLabel = "1|3|5",
      converter = CopiesReader.class,
      description =
          "How many copies of a record there are to be. All that hold records need the same."
              + " Default: 3.")
  private @Nullable Integer copies;

  @Option(
      names = "--fsync",
      paramLabel = "on|off",
      converter = SwitchReader.class,
      description =
          "Whether a record has to be on the disk, of --state, before it counts as written; off"
              + " loses the newest where the power fails everywhere. Default: on.")
  private @Nullable String fsync;

  @Option(
      names = "--etcd-login-file",
      paramLabel = "FILE",
      description =
          "Where the user of etcd is, as USER:PASSWORD; the variable PHAROS_ETCD_LOGIN is the same."
              + " Default: none.")
  private @Nullable Path loginFile;

  @Option(
      names = "--etcd-authority",
      paramLabel = "FILE",
      description = "Who signs for etcds://, a certificate in PEM. Default: whom Java trusts.")
  private @Nullable Path authority;

  static final class WhereReader implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      if (!text.equals(AGENTS)) {
        try {
          EtcdBuilder.at(text);
        } catch (IllegalArgumentException e) {
          throw new TypeConversionException(
              "'" + text + "' is no etcd://HOST:PORT[,...]: " + e.getMessage());
        }
      }
      return text;
    }
  }

  static final class CopiesReader implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      if (!text.matches("[135]")) {
        throw new TypeConversionException("'" + text + "' is none of 1, 3 and 5");
      }
      return Integer.valueOf(text);
    }
  }

  static final class SwitchReader implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      if (!text.equals("on") && !text.equals("off")) {
        throw new TypeConversionException("'" + text + "' is neither on nor off");
      }
      return text;
    }
  }

  /** Whether the agent itself is to keep copies, and so is a gateway. */
  boolean isHolder() {
    return AGENTS.equals(where);
  }

  /** Refuses what does not go together, before anything is begun. */
  void check(boolean isObserver, boolean hasState) {
    String holds = "without --records: who holds records decides that";
    refuse("--copies " + copies, copies != null && !isHolder(), holds);
    refuse("--fsync " + fsync, fsync != null && !isHolder(), holds);
    refuse("--fsync " + fsync, fsync != null && !hasState, "without --state: there is no disk");
    refuse("--records", isHolder() && isObserver, "with --observer: nobody would see it");
    boolean isEtcd = where != null && !isHolder();
    String alone = "without --records etcd://HOST:PORT";
    refuse("--etcd-login-file " + loginFile, loginFile != null && !isEtcd, alone);
    refuse("--etcd-authority " + authority, authority != null && !isEtcd, alone);
  }

  private static void refuse(String option, boolean isWrong, String why) {
    if (isWrong) {
      throw new Misuse(option + " makes no sense " + why);
    }
  }

  /**
   * Opens what keeps the records of the agent that this builder makes next, and gives it to that.
   * This is the one place where the engine is chosen.
   *
   * @param state where what is kept outlives the agent; null for nowhere
   */
  Records open(
      Caller caller, AgentBuilder builder, @Nullable StateFolder state, boolean isJoining) {
    String at = where;
    if (at == null || isHolder()) {
      EmbeddedRecords records = at == null ? EmbeddedRecords.passing() : held(state, isJoining);
      builder.with(records.extension());
      return records;
    }
    Records records = etcd(at, caller);
    story.info("records are kept by {}; every program of this host may write them", at);
    return records;
  }

  private EmbeddedRecords held(@Nullable StateFolder state, boolean isJoining) {
    int of = copies == null ? DEFAULT_COPIES : copies;
    boolean isForced = !"off".equals(fsync);
    EmbeddedRecords records;
    if (state == null) {
      records = EmbeddedRecords.inMemory(of, isJoining);
    } else {
      Path folder = state.path().resolve("records");
      try {
        records = EmbeddedRecords.onDisk(folder, of, isForced, isJoining);
      } catch (IOException e) {
        throw new Failure("--state " + state.path() + ": " + Errors.reason(e), e);
      }
    }
    story.info(
        "holds records, {} of each {}; there is no key yet: whoever reaches its port may write"
            + " them",
        of == 1 ? "one copy" : of + " copies",
        state == null ? "in memory" : "on disk" + (isForced ? "" : ", not forced there"));
    return records;
  }

  private Records etcd(String at, Caller caller) {
    EtcdBuilder builder = EtcdBuilder.at(at);
    Path trusted = authority;
    try {
      login(caller).ifPresent(it -> builder.user(it.user(), it.password()));
      if (trusted != null) {
        builder.authorities(trusted);
      }
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw new Misuse("--records " + at + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new Failure("--etcd-authority " + trusted + ": " + Errors.reason(e), e);
    }
  }

  private record Login(String user, String password) {}

  private Optional<Login> login(Caller caller) {
    Path file = loginFile;
    String given = caller.variable(LOGIN_VARIABLE);
    if (file == null && given.isEmpty()) {
      return Optional.empty();
    }
    String text = file == null ? given : TextFile.read("--etcd-login-file", file).strip();
    int colon = text.indexOf(':');
    if (colon < 1) {
      // It may be a password, so it is not told.
      String from = file == null ? LOGIN_VARIABLE : "--etcd-login-file " + file;
      throw new Misuse(from + ": it says no USER:PASSWORD");
    }
    return Optional.of(new Login(text.substring(0, colon), text.substring(colon + 1)));
  }
}
