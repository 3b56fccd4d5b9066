/**
 * How soon real agents, each in a process of its own, know of each other's coming and going. Start
 * with {@link pharos.bench.meeting.Meeting}; {@link pharos.bench.meeting.Participant} is what each
 * process runs.
 */
@NullMarked
package pharos.bench.meeting;

import org.jspecify.annotations.NullMarked;
