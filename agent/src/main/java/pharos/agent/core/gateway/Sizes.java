package pharos.agent.core.gateway;

/**
 * What an agent has under way past its subnet. All but leases, own leases and what the overlay
 * keeps is nothing once all calls are over.
 *
 * @param questions asked and not answered
 * @param calls of the node of the overlay that are not over
 * @param asked gateways of other LANs that are being asked
 * @param gatheredBytes kept of what they told
 * @param served lookups that run for others
 * @param waiting calls of others that wait for their turn
 * @param leases held for others of the LAN
 * @param ownLeases that others hold for this one
 * @param silent gateways remembered as silent
 * @param overlay what the node of the overlay keeps; all of it 0 for one that is none
 */
public record Sizes(
    int questions,
    int calls,
    int asked,
    long gatheredBytes,
    long served,
    long waiting,
    int leases,
    int ownLeases,
    int silent,
    pharos.kademlia.Sizes overlay) {
  static final pharos.kademlia.Sizes NO_NODE = new pharos.kademlia.Sizes(0, 0, 0, 0, 0, 0, 0, 0);
}
