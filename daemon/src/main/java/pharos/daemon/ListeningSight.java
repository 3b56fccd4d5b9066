package pharos.daemon;

import java.time.Instant;
import java.time.InstantSource;
import pharos.agent.Agent;
import pharos.agent.AgentBuilder;
import pharos.agent.PeerEvent;
import pharos.daemon.api.Problem;
import pharos.daemon.api.Why;
import pharos.daemon.story.Stories;
import pharos.daemon.watch.Board;

/** What an agent hears that nobody sees, for as long as it is watched. */
final class ListeningSight implements Sight {
  private static final long MOST_OF_STORIES = 2 << 20;

  private final Agent agent;
  private final Stories stories = new Stories(InstantSource.system(), MOST_OF_STORIES);

  ListeningSight(NetworkOptions network) {
    Logs.quiet();
    AgentBuilder builder = Agent.builder().name("pharos-watch").observer(true);
    network.applyTo(builder);
    builder.onObservation(stories::onObservation);
    try {
      agent = builder.start();
    } catch (IllegalArgumentException e) {
      throw new Misuse(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public String by() {
    return "this command, which listens";
  }

  @Override
  public void follow(Follower follower) {
    agent.onNews(
        all -> {
          follower.changed(board -> board.list(all));
          follower.trouble("");
        },
        event -> follower.changed(board -> tell(board, event)));
    agent.onEnd(
        why -> follower.trouble("it ended" + why.map(it -> ": " + Errors.line(it)).orElse("")));
  }

  private static void tell(Board board, PeerEvent event) {
    if (event.kind() == PeerEvent.Kind.GONE) {
      String reason = event.reason().map(Enum::name).orElse("");
      board.gone(event.peer(), reason, Instant.now());
    } else {
      board.put(event.peer());
    }
  }

  @Override
  public String why(String id) {
    try {
      return new Why(agent, stories, () -> 0).told(id);
    } catch (Problem e) {
      throw new Failure(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public void close() {
    agent.close();
  }
}
