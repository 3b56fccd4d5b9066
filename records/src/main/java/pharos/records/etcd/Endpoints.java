package pharos.records.etcd;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Where etcd is reached: one of several, until it fails; then the next. For any thread. */
final class Endpoints {
  /** So many at most. */
  static final int MOST = 16;

  private static final int PORT = 2379;

  private final List<URI> all;
  private final AtomicInteger current = new AtomicInteger();

  private Endpoints(List<URI> all) {
    this.all = List.copyOf(all);
  }

  /** Reads {@code etcd://HOST:PORT,HOST:PORT}, or {@code etcds://} for TLS; 2379 is left out. */
  static Endpoints of(String text) {
    boolean isTls = text.startsWith("etcds://");
    if (!isTls && !text.startsWith("etcd://")) {
      throw new IllegalArgumentException(
          "'" + text + "' is no etcd: it is etcd://HOST:PORT,HOST:PORT, or etcds:// for TLS");
    }
    List<URI> all = new ArrayList<>();
    for (String each : text.substring(text.indexOf("://") + 3).split(",", -1)) {
      all.add(endpoint(isTls ? "https://" : "http://", each, text));
    }
    if (all.size() > MOST) {
      throw new IllegalArgumentException(
          "'" + text + "' has " + all.size() + " endpoints, and at most " + MOST + " are tried");
    }
    return new Endpoints(all);
  }

  private static URI endpoint(String scheme, String text, String whole) {
    URI uri;
    try {
      uri = URI.create(scheme + text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("'" + text + "' in '" + whole + "' is no HOST:PORT", e);
    }
    boolean isPlain =
        uri.getHost() != null
            && uri.getUserInfo() == null
            && uri.getRawPath().isEmpty()
            && uri.getRawQuery() == null
            && uri.getRawFragment() == null
            && uri.getPort() <= 65_535
            && uri.getPort() != 0;
    if (!isPlain) {
      throw new IllegalArgumentException("'" + text + "' in '" + whole + "' is no HOST:PORT");
    }
    return uri.getPort() > 0 ? uri : URI.create(uri + ":" + PORT);
  }

  boolean isTls() {
    return all.get(0).getScheme().equals("https");
  }

  int size() {
    return all.size();
  }

  List<URI> all() {
    return all;
  }

  /** The one to ask. */
  URI current() {
    return all.get(current.get());
  }

  /** It failed: from now on the next is asked, unless that is so already. */
  void failed(URI which) {
    int at = all.indexOf(which);
    if (at >= 0) {
      current.compareAndSet(at, (at + 1) % all.size());
    }
  }

  @Override
  public String toString() {
    return String.join(",", all.stream().map(URI::getAuthority).toList());
  }
}
