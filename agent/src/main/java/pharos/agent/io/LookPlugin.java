package pharos.agent.io;

import pharos.agent.core.Look;
import pharos.agent.core.Lookout;
import pharos.agent.core.Sight;
import pharos.agent.wire.LookCodec;
import pharos.beacon.InterfaceFilter;

/** The {@link Lookout}, plugged into a loop. */
public final class LookPlugin implements Plugin<Look, Sight, Object> {
  private final InterfaceFilter filter;

  /** One that tells of the interfaces that this leaves. */
  public LookPlugin(InterfaceFilter filter) {
    this.filter = filter;
  }

  @Override
  public Lookout machine(Surroundings surroundings) {
    return new Lookout(surroundings.self(), new Surveyor(filter), surroundings.nowNs());
  }

  @Override
  public Messages<Look, Sight> messages() {
    return new Messages<>(
        LookCodec.KINDS,
        LookCodec::write,
        LookCodec::write,
        LookCodec::readQuestion,
        LookCodec::readAnswer);
  }

  /** It tells its own agent nothing. */
  @Override
  public void onEvent(Object event) {}
}
