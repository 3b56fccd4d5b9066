package pharos.agent.extension;

/**
 * Something more that an agent does over its one port, such as to hold records. Other modules of
 * Pharos make them, each for one agent; {@code AgentBuilder.with} plugs it in.
 */
public interface Extension {}
