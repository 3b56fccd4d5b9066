/**
 * What records cost, and whether they are still there after their holders were killed: agents in
 * processes of their own, and etcd beside them, both asked by HTTP.
 */
@NullMarked
package pharos.bench.records;

import org.jspecify.annotations.NullMarked;
