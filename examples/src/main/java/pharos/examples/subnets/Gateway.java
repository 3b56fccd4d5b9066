package pharos.examples.subnets;

import java.util.Set;
import pharos.examples.Program;

/**
 * A gateway and nothing else, until it is told to end: with an interface in each of two networks it
 * joins them by itself, with {@code --seeds} it joins the gateways of other networks.
 */
public final class Gateway {
  private Gateway() {}

  public static void main(String[] args) throws Exception {
    Program.run(
        args,
        Set.of(),
        options -> Program.untilStopped(options.agent("Gateway").gateway(true).start()));
  }
}
