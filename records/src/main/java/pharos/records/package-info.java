/**
 * Records: values by their key, held by the agents themselves or by etcd. {@link
 * pharos.records.Records} is what a program calls, whichever of the two is behind it.
 */
@NullMarked
package pharos.records;

import org.jspecify.annotations.NullMarked;
