package pharos.agent.core;

import pharos.beacon.NodeId;

/**
 * What one agent tells another over TCP, as a question (so that the answerer need not ask back) or
 * as its answer.
 */
public record Introduction(
    NodeId id, long incarnation, String name, String service, Document document) {}
