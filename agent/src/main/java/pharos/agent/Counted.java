package pharos.agent;

/**
 * Something that an agent counts, since its start.
 *
 * @param name in capitals, such as {@code BEACONS}
 * @param unit what one of it is, such as {@code datagrams}
 * @param source which part of the agent counts it, such as {@code port}
 * @param value how many there were, as of a second ago at most
 */
public record Counted(String name, String unit, String source, long value) {}
