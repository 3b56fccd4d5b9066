package pharos.daemon.http;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pharos.agent.Peer;

/**
 * The document with all peers, which is made once for all who ask for it before anything changes:
 * of a thousand peers it has half a megabyte. For any thread.
 */
public final class PeersDocument implements Supplier<String> {
  private final Supplier<List<Peer>> peers;
  private volatile @Nullable Made made;

  private record Made(List<Peer> peers, String text) {}

  /** Of these; an unchanged list is the same one. */
  public PeersDocument(Supplier<List<Peer>> peers) {
    this.peers = peers;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // Comparing them would cost as much as writing them.
  public String get() {
    List<Peer> now = peers.get();
    Made last = made;
    if (last == null || last.peers != now) {
      last = new Made(now, Peer.toJson(now));
      made = last;
    }
    return last.text;
  }
}
