/** Tests of what the doctor reads and concludes, without a network. */
@NullMarked
package pharos.daemon.doctor;

import org.jspecify.annotations.NullMarked;
