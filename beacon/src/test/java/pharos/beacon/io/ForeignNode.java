package pharos.beacon.io;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.zeromq.ZBeacon;

/** Another program with beacons of its own, JeroMQ's, on the port: {@code PORT NAME BROADCAST}. */
final class ForeignNode {
  private ForeignNode() {}

  public static void main(String... arguments) throws IOException, InterruptedException {
    ZBeacon beacon =
        new ZBeacon.Builder()
            .port(Integer.parseInt(arguments[0]))
            .beacon(("ZRE " + arguments[1]).getBytes(StandardCharsets.US_ASCII))
            .prefix("ZRE".getBytes(StandardCharsets.US_ASCII))
            .client(InetAddress.getByName(arguments[2]))
            .ignoreLocalAddress(false)
            .broadcastInterval(100)
            .listener(
                (sender, bytes) ->
                    System.out.println(
                        "heard " + new String(bytes, StandardCharsets.US_ASCII) + ';'))
            .build();
    beacon.start();
    System.out.println("ready");
    new CountDownLatch(1).await();
  }
}
