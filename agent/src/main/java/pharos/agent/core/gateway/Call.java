package pharos.agent.core.gateway;

/**
 * A call past the subnet. It gets both where the application calls, and keeps them down to the
 * socket.
 *
 * @param number by which its end is told; none is used twice
 * @param deadlineNs when nobody will want its end any more: it has ended by then
 */
public record Call(long number, long deadlineNs) {}
