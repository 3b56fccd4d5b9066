package pharos.kademlia;

/**
 * How full everything is that has a bound.
 *
 * @param nodes in the table
 * @param waiting for a place in the table
 * @param buckets of the table
 * @param held contacts for others, the memory of withdrawn ones included
 * @param heldBytes what they cost, roughly
 * @param cached results of lookups
 * @param open requests
 * @param lookups that run
 */
public record Sizes(
    int nodes,
    int waiting,
    int buckets,
    int held,
    long heldBytes,
    int cached,
    int open,
    int lookups) {}
