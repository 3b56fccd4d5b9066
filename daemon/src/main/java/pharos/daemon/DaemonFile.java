package pharos.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pharos.agent.Peer;

/** The file by which commands find a daemon, for as long as it can be asked. For any thread. */
final class DaemonFile implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DaemonFile.class);

  private final Caller caller;
  private @Nullable Path file;

  /** None yet. */
  DaemonFile(Caller caller) {
    this.caller = caller;
  }

  /** Tells where this one is asked. Without it all goes on, but commands listen themselves. */
  synchronized void write(Peer self, HttpAddress at, String token, NetworkOptions.Network network) {
    RunFolder folder = RunFolder.of(caller);
    String host = at.isAnywhere() ? HttpAddress.DEFAULT_HOST : at.host();
    String text = Daemon.file(self, "http://" + new HttpAddress(host, at.port()), token, network);
    try {
      file = folder.write(ProcessHandle.current().pid(), text);
    } catch (IOException e) {
      log.warn("commands must be told --at where this agent is, since {}", e.toString());
    }
  }

  @Override
  public synchronized void close() {
    Path written = file;
    file = null;
    if (written != null) {
      try {
        Files.deleteIfExists(written);
      } catch (IOException e) {
        log.debug("{} stays, until a command finds nobody there", written, e);
      }
    }
  }
}
