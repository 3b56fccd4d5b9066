package pharos;

import java.util.BitSet;

/** What was reached in the network that this thread plays: the marks of the copy call it. */
public final class Sometimes {
  private static final ThreadLocal<BitSet> REACHED = ThreadLocal.withInitial(BitSet::new);

  private Sometimes() {}

  /** This mark was. */
  public static void reached(int mark) {
    REACHED.get().set(mark);
  }

  /** All that were since this was asked last. */
  public static BitSet take() {
    BitSet reached = REACHED.get();
    REACHED.set(new BitSet());
    return reached;
  }
}
