package pharos.agent.core;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * The tracker's table: from where, by what evidence, to where. A dash changes nothing.
 *
 * <pre>
 *               UNKNOWN   ASKING    ALIVE     SUSPECT   GONE
 * HEARD         ASKING    -         -         -         ASKING    (GONE: a new incarnation)
 * MET           -         ALIVE     -         ALIVE     -
 * LIFE          -         -         -         ALIVE     -
 * ECHO          -         -         -         ALIVE     ASKING
 * LEAVING       -         GONE      GONE      GONE      GONE
 * DISPLACED     -         GONE      GONE      GONE      -
 * REFUSED       -         UNKNOWN   GONE      GONE      -
 * UNANSWERED    -         -         SUSPECT   -         -
 * CUT_OFF       -         -         SUSPECT   -         -
 * CUT_OFF_LONG  -         UNKNOWN   GONE      GONE      -
 * SILENCE       -         UNKNOWN   GONE      GONE      -
 * FORGOTTEN     -         UNKNOWN   -         -         UNKNOWN
 * </pre>
 *
 * <p>LEAVING moves an ASKING peer to GONE, though nobody was told of it, so that its stray beacons
 * do not bring it back; and a GONE one, of whatever reason, is from then on known to have left. An
 * echo brings a GONE incarnation back through ASKING: it lived all along, and arrives anew.
 */
final class Transitions {
  private static final Map<Evidence, State[]> TABLE = new EnumMap<>(Evidence.class);

  static {
    State unknown = State.UNKNOWN;
    State asking = State.ASKING;
    State alive = State.ALIVE;
    State suspect = State.SUSPECT;
    State gone = State.GONE;
    row(Evidence.HEARD, asking, asking, alive, suspect, asking);
    row(Evidence.MET, unknown, alive, alive, alive, gone);
    row(Evidence.LIFE, unknown, asking, alive, alive, gone);
    row(Evidence.ECHO, unknown, asking, alive, alive, asking);
    row(Evidence.LEAVING, unknown, gone, gone, gone, gone);
    row(Evidence.DISPLACED, unknown, gone, gone, gone, gone);
    row(Evidence.REFUSED, unknown, unknown, gone, gone, gone);
    row(Evidence.UNANSWERED, unknown, asking, suspect, suspect, gone);
    row(Evidence.CUT_OFF, unknown, asking, suspect, suspect, gone);
    row(Evidence.CUT_OFF_LONG, unknown, unknown, gone, gone, gone);
    row(Evidence.SILENCE, unknown, unknown, gone, gone, gone);
    row(Evidence.FORGOTTEN, unknown, unknown, alive, suspect, unknown);
  }

  private Transitions() {}

  /** Where this evidence moves a peer that stands there. */
  static State next(State from, Evidence evidence) {
    return Objects.requireNonNull(TABLE.get(evidence))[column(from)];
  }

  private static void row(Evidence evidence, State... to) {
    TABLE.put(evidence, to);
  }

  private static int column(State from) {
    return switch (from) {
      case UNKNOWN -> 0;
      case ASKING -> 1;
      case ALIVE -> 2;
      case SUSPECT -> 3;
      case GONE -> 4;
    };
  }
}
