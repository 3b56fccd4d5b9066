package pharos.daemon;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pharos.agent.Agent;
import pharos.agent.AgentBuilder;
import pharos.agent.Health;
import pharos.agent.PharosException;
import pharos.daemon.text.Shown;

/**
 * The agent that speaks for a program, which knows nothing of it. It comes and goes, and what keeps
 * it away is told once and keeps nothing else: the program runs all the same.
 */
final class Announcement {
  private static final long AGAIN_MS = 5_000;
  private static final int CONNECT_MS = 200;

  private final Caller caller;
  private final Supplier<AgentBuilder> builder;
  private @Nullable Agent agent;
  private long triedNs;
  private boolean hasTried;
  private String told = "";

  Announcement(Caller caller, Supplier<AgentBuilder> builder) {
    this.caller = caller;
    this.builder = builder;
  }

  /** Announces it, if that is not so and was not just tried. */
  void raise(long nowNs) {
    Agent current = agent;
    if (current != null && current.health().state() != Health.State.FAILED) {
      return;
    }
    if (current != null) {
      fail(current.health().why());
      current.close();
      agent = null;
    }
    if (hasTried && nowNs - triedNs < AGAIN_MS * 1_000_000) {
      return;
    }
    hasTried = true;
    triedNs = nowNs;
    try {
      agent = builder.get().start();
      told = "";
    } catch (PharosException | IllegalArgumentException e) {
      fail(String.valueOf(e.getMessage()));
    }
  }

  private void fail(String why) {
    if (!why.equals(told)) {
      told = why;
      String again = "pharos run: not announced, and tried again every 5 s: ";
      caller.err().println(again + Shown.line(why));
    }
  }

  /** Says goodbye, and how the program failed; empty if it did not. */
  void withdraw(String detail) {
    Agent current = agent;
    agent = null;
    hasTried = false;
    if (current != null) {
      current.close(detail);
    }
  }

  /** Whether something takes connections at each of these ports, at any address of this host. */
  static boolean areAnswered(List<Integer> ports) throws IOException {
    List<InetAddress> here = new ArrayList<>();
    here.add(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .forEach(here::add);
    return ports.stream().allMatch(port -> here.stream().anyMatch(it -> takes(it, port)));
  }

  private static boolean takes(InetAddress address, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), CONNECT_MS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
