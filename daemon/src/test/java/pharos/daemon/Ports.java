package pharos.daemon;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;

/** Ports that were free a moment ago, so that builds beside each other do not meet. */
final class Ports {
  private Ports() {}

  static int udp() {
    try (DatagramSocket socket = new DatagramSocket()) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static int tcp() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One for HTTP, where those of ZeroMQ, two and three after it, are free too. */
  static int http() {
    for (int i = 0; i < 100; i++) {
      int port = tcp();
      if (isFree(port + 2) && isFree(port + 3)) {
        return port;
      }
    }
    throw new IllegalStateException("of 100 free ports none has two free ones after it");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port)) {
      return socket.getLocalPort() == port;
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }
}
