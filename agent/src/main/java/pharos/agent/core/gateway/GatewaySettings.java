package pharos.agent.core.gateway;

import java.util.List;
import pharos.kademlia.Settings;

/**
 * What can be set of an agent past its subnet.
 *
 * @param isNode whether it is a node of the overlay, and so a gateway of its LAN
 * @param wide the services whose members on other networks are followed
 * @param overlay what its node is set to; its arbiter decides about what applications register
 */
public record GatewaySettings(boolean isNode, List<String> wide, Settings overlay) {
  /** Keeps a copy of the list. */
  public GatewaySettings {
    wide = List.copyOf(wide);
  }

  /** One that follows nobody. */
  public GatewaySettings(boolean isNode, Settings overlay) {
    this(isNode, List.of(), overlay);
  }
}
