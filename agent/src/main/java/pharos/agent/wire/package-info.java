/**
 * The documents that agents ask each other for over TCP: written by hand, read by hand, under
 * limits. Pure: bytes in, values out. {@code docs/PROTOCOL.md} specifies them.
 */
@NullMarked
package pharos.agent.wire;

import org.jspecify.annotations.NullMarked;
