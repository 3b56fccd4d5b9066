/** The example {@code subnets}, run on hosts made of network namespaces. */
@NullMarked
package pharos.examples.subnets;

import org.jspecify.annotations.NullMarked;
