package pharos.records.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Makes {@link EtcdRecords}. Nothing is asked of etcd until the first call: one that is not there
 * yet may come.
 */
public final class EtcdBuilder {
  private static final Duration MIN_TIMEOUT = Duration.ofMillis(500);
  private static final Duration MAX_TIMEOUT = Duration.ofMinutes(1);

  private final Endpoints endpoints;
  private Optional<EtcdHttp.User> user = Optional.empty();
  private Optional<Path> authorities = Optional.empty();
  private Optional<Path> certificate = Optional.empty();
  private Optional<Path> key = Optional.empty();
  private String prefix = "pharos/";
  private Duration timeout = Duration.ofSeconds(5);

  private EtcdBuilder(Endpoints endpoints) {
    this.endpoints = endpoints;
  }

  /**
   * Where etcd is.
   *
   * @param endpoints {@code etcd://HOST:PORT,HOST:PORT}, or {@code etcds://} for TLS; the port is
   *     2379 where it is left out
   * @throws IllegalArgumentException what it says is none
   */
  public static EtcdBuilder at(String endpoints) {
    return new EtcdBuilder(Endpoints.of(endpoints));
  }

  /** A user of etcd. */
  public EtcdBuilder user(String name, String password) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a user of etcd has a name");
    }
    user = Optional.of(new EtcdHttp.User(name, password));
    return this;
  }

  /** Whose signatures are trusted, in PEM; without it, those that Java trusts. */
  public EtcdBuilder authorities(Path file) {
    authorities = Optional.of(file);
    return this;
  }

  /** Who we are, where etcd asks for that: a certificate and its key in PKCS 8, both in PEM. */
  public EtcdBuilder certificate(Path file, Path keyFile) {
    certificate = Optional.of(file);
    key = Optional.of(keyFile);
    return this;
  }

  /** What all keys of etcd begin with that are written; {@code pharos/} without it. */
  public EtcdBuilder prefix(String text) {
    if (text.getBytes(UTF_8).length > 128) {
      throw new IllegalArgumentException("a prefix has 128 bytes at most: '" + text + "'");
    }
    prefix = text;
    return this;
  }

  /** How long a call may take; 5 s without it. */
  public EtcdBuilder timeout(Duration time) {
    if (time.compareTo(MIN_TIMEOUT) < 0 || time.compareTo(MAX_TIMEOUT) > 0) {
      throw new IllegalArgumentException("a call may take 500 ms to a minute, not " + time);
    }
    timeout = time;
    return this;
  }

  /**
   * Records of that etcd.
   *
   * @throws IOException a file cannot be read, or is none of its kind
   */
  public EtcdRecords build() throws IOException {
    HttpClient.Builder client = HttpClient.newBuilder();
    boolean hasFiles = authorities.isPresent() || certificate.isPresent();
    if (hasFiles && !endpoints.isTls()) {
      throw new IllegalArgumentException(
          "certificates are for etcds://" + endpoints + ", not for etcd://");
    }
    if (hasFiles) {
      client.sslContext(Pem.context(authorities, certificate, key));
    }
    EtcdHttp http = new EtcdHttp(new EtcdWire(client), endpoints, user, timeout.toMillis());
    return new EtcdRecords(http, new EtcdKeys(prefix));
  }
}
