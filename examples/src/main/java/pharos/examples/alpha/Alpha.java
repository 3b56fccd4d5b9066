package pharos.examples.alpha;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.ZContext;
import pharos.agent.Agent;
import pharos.agent.AgentBuilder;
import pharos.agent.PharosException;

/**
 * One alpha: a {@link Desk} that answers orders and asks for quotes, an agent that tells the others
 * of it, a {@link Caller} that uses the desks of the others, and a {@link Horizon} that looks for
 * more of them past the subnet. All its threads end with {@link #close}, within a second.
 */
final class Alpha implements AutoCloseable {
  static final String ORDERS = "Alpha.Orders";
  static final String QUOTES = "Alpha.Quotes";

  private static final Logger log = LoggerFactory.getLogger(Alpha.class);

  private final ZContext context;
  private final Desk desk;
  private final Agent agent;
  private final Caller caller;
  private final Horizon horizon;

  private Alpha(ZContext context, Desk desk, Agent agent, Caller caller, Horizon horizon) {
    this.context = context;
    this.desk = desk;
    this.agent = agent;
    this.caller = caller;
    this.horizon = horizon;
  }

  /** The desk is open before anybody hears of it. */
  static Alpha start(AgentBuilder builder, Duration callEvery) {
    ZContext context = new ZContext();
    Desk desk = Desk.open(context);
    Agent agent;
    try {
      agent =
          builder
              .context(context)
              .offer(ORDERS, desk.ordersPort())
              .offer(QUOTES, desk.quotesPort())
              .start();
    } catch (PharosException | IllegalArgumentException e) {
      desk.close();
      context.close();
      throw e;
    }
    Caller caller = new Caller(agent, context, callEvery);
    Horizon horizon = new Horizon(agent, caller, callEvery);
    desk.start(agent.self().name());
    caller.start();
    horizon.start();
    return new Alpha(context, desk, agent, caller, horizon);
  }

  Agent agent() {
    return agent;
  }

  /** Waits until a peer has answered a call; false when none has in time. */
  boolean awaitAnswer(Duration patience) throws InterruptedException {
    return caller.awaitAnswer(patience);
  }

  /** First the goodbye, so that nobody asks for what is about to end. */
  @Override
  public void close() {
    log.info("{} leaves", agent.self().name());
    agent.close();
    horizon.close();
    caller.close();
    desk.close();
    context.close();
  }
}
