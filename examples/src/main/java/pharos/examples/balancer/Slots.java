package pharos.examples.balancer;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import pharos.agent.Capability;
import pharos.agent.Peer;
import pharos.agent.PeerState;
import pharos.beacon.NodeId;

/**
 * Which peer has which of HAProxy's slots, and what to tell HAProxy when the peers change: an
 * address and {@code ready} for who comes, {@code drain} for who does not answer (it gets no new
 * requests), {@code maint} for who is gone. Does no I/O. For one thread.
 */
final class Slots {
  private final Set<Integer> free = new TreeSet<>();
  private final Map<NodeId, Slot> taken = new HashMap<>();

  private record Slot(int number, String address, int port, String state) {}

  Slots(int count) {
    for (int number = 1; number <= count; number++) {
      free.add(number);
    }
  }

  /** How many peers found no slot the last time. */
  int missing(List<Peer> offering) {
    return Math.max(0, offering.size() - taken.size());
  }

  /** The commands that bring HAProxy from the last list to this one, of peers that offer a type. */
  List<String> change(List<Peer> offering, String type) {
    List<String> commands = new ArrayList<>();
    Set<NodeId> gone = new HashSet<>(taken.keySet());
    offering.forEach(peer -> gone.remove(peer.id()));
    for (NodeId id : gone) {
      Slot slot = taken.remove(id);
      if (slot != null) {
        commands.add(server(slot) + " state maint");
        free.add(slot.number());
      }
    }
    for (Peer peer : offering) {
      peer.capability(type).ifPresent(it -> place(peer, it, commands));
    }
    return commands;
  }

  private void place(Peer peer, Capability capability, List<String> commands) {
    Slot before = taken.get(peer.id());
    if (before == null && free.isEmpty()) {
      return;
    }
    int number = before == null ? free.iterator().next() : before.number();
    String state = peer.state() == PeerState.ALIVE ? "ready" : "drain";
    Slot slot = new Slot(number, address(peer), capability.port(), state);
    if (slot.equals(before)) {
      return;
    }
    free.remove(number);
    taken.put(peer.id(), slot);
    if (before == null
        || !before.address().equals(slot.address())
        || before.port() != slot.port()) {
      commands.add(server(slot) + " addr " + slot.address() + " port " + slot.port());
    }
    commands.add(server(slot) + " state " + slot.state());
  }

  /** HAProxy takes no zone in an address, as a link-local one has. */
  private static String address(Peer peer) {
    return peer.addresses().stream()
        .filter(Inet4Address.class::isInstance)
        .findFirst()
        .map(InetAddress::getHostAddress)
        .orElse(peer.addresses().get(0).getHostAddress());
  }

  private static String server(Slot slot) {
    return "set server web/web" + slot.number();
  }
}
