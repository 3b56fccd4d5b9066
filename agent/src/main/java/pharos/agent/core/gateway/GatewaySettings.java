package pharos.agent.core.gateway;

import pharos.kademlia.Settings;

/**
 * What can be set of an agent past its subnet.
 *
 * @param isNode whether it is a node of the overlay, and so a gateway of its LAN
 * @param overlay what its node is set to; its arbiter decides about what applications register
 */
public record GatewaySettings(boolean isNode, Settings overlay) {}
