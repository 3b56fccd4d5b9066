/**
 * What is wrong with this network. {@link pharos.daemon.doctor.Examination} gathers the facts, from
 * files, tools and sockets, all bounded in time and size; {@link pharos.daemon.doctor.Diagnosis}
 * makes findings of them, and {@link pharos.daemon.doctor.Air}, {@link
 * pharos.daemon.doctor.NftRules} and {@link pharos.daemon.doctor.ProcNet} read what was gathered.
 * Those have no socket, file or clock.
 */
@NullMarked
package pharos.daemon.doctor;

import org.jspecify.annotations.NullMarked;
