package pharos.kademlia;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One announcement to all who should hold a contact. It is over when all have answered or failed,
 * or three quarters have agreed and the others are slow.
 */
final class Round {
  final List<Contact> agreed = new ArrayList<>();
  final Map<ContactId, Verdict> refusals = new HashMap<>();

  private final Verdict wanted;
  private final Consumer<Round> whenOver;
  private final int asked;
  private int open;
  private int slow;
  private boolean isOver;

  Round(
      Turn turn,
      Rpcs rpcs,
      List<Contact> targets,
      Announcement announcement,
      Consumer<Round> whenOver) {
    wanted = announcement.isWithdrawal() ? Verdict.WITHDRAWN : Verdict.STORED;
    this.whenOver = whenOver;
    asked = targets.size();
    open = asked;
    for (Contact target : targets) {
      Handover.announce(turn, rpcs, target, announcement, new Answer(target));
    }
    settle();
  }

  private final class Answer implements Rpcs.Handler {
    private final Contact target;
    private boolean isSlow;

    Answer(Contact target) {
      this.target = target;
    }

    @Override
    public void answered(Response response) {
      close();
      if (response.verdict() == wanted) {
        agreed.add(response.from());
      } else {
        refusals.put(target.id(), response.verdict());
      }
      settle();
    }

    @Override
    public void failed() {
      close();
      settle();
    }

    @Override
    public void stalled() {
      isSlow = true;
      slow++;
      settle();
    }

    private void close() {
      open--;
      slow -= isSlow ? 1 : 0;
    }
  }

  private void settle() {
    boolean isEnough = agreed.size() * 4 >= asked * 3 && open == slow;
    if (!isOver && (open == 0 || isEnough)) {
      isOver = true;
      whenOver.accept(this);
    }
  }
}
