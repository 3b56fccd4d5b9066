package pharos.agent.io;

import java.net.InetAddress;
import java.util.Set;
import pharos.agent.core.Look;
import pharos.agent.core.Lookout;
import pharos.agent.core.Sight;
import pharos.agent.wire.LookCodec;
import pharos.agent.wire.WireException;
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
  public Set<String> kinds() {
    return LookCodec.KINDS;
  }

  @Override
  public byte[] writeQuestion(Look question) {
    return LookCodec.write(question);
  }

  @Override
  public byte[] writeAnswer(Sight answer) {
    return LookCodec.write(answer);
  }

  @Override
  public Look readQuestion(byte[] body) throws WireException {
    return readQuestion(InetAddress.getLoopbackAddress(), body);
  }

  @Override
  public Look readQuestion(InetAddress asker, byte[] body) throws WireException {
    return LookCodec.readQuestion(asker, body);
  }

  @Override
  public Sight readAnswer(byte[] body) throws WireException {
    return LookCodec.readAnswer(body);
  }

  /** It tells its own agent nothing. */
  @Override
  public void onEvent(Object event) {}
}
