package pharos.daemon.api;

/** What one request gets: all of it at once, or a stream. */
public sealed interface Answer permits Reply, Live {}
