package pharos.agent.io;

/**
 * Where to begin: a name, which may have many addresses, or an address.
 *
 * @param port its TCP port
 */
public record Seed(String host, int port) {}
