package pharos.records.wire;

import java.util.Set;
import java.util.stream.Collectors;
import pharos.agent.wire.Shape;
import pharos.agent.wire.WireException;
import pharos.agent.wire.WireJson;
import pharos.records.core.Ask;
import pharos.records.core.Copy;
import pharos.records.core.Heads;
import pharos.records.core.Memory;
import pharos.records.core.Reply;

/**
 * What nodes that hold records ask each other, as bytes and back; and what they keep of a copy
 * beside its value. What others wrote is a {@link WireException}. Without state, for any thread.
 */
public final class RecordsCodec {
  /** The kinds of question, as the port tells them apart. */
  public static final Set<String> KINDS =
      Shapes.ASKS.stream().map(Shape.Case::name).collect(Collectors.toUnmodifiableSet());

  private static final int FRAME_BYTES = 128 * 1024;
  private static final int HEAD_BYTES = 2 << 20;
  private static final int DEPTH = 10;
  private static final WireJson JSON = new WireJson(FRAME_BYTES, DEPTH);
  private static final WireJson HEAD_JSON = new WireJson(HEAD_BYTES, DEPTH);

  private RecordsCodec() {}

  /** The frame that asks this. */
  public static byte[] write(Ask ask) {
    return JSON.write(Shapes.ASK, new Shapes.Asked(ask));
  }

  /** Reads a question of one of the {@link #KINDS}. */
  public static Ask readAsk(byte[] bytes) throws WireException {
    return JSON.read(bytes, Shapes.ASK).ask();
  }

  /** The frame that answers this. */
  public static byte[] write(Reply reply) {
    return JSON.write(Shapes.REPLY, new Shapes.Replied(reply));
  }

  /** Reads an answer. */
  public static Reply readReply(byte[] bytes) throws WireException {
    return JSON.read(bytes, Shapes.REPLY).reply();
  }

  /** What is kept on a disk beside values. */
  public static Heads heads() {
    return new Heads() {
      @Override
      public byte[] write(Copy copy, long nowMs) {
        return HEAD_JSON.write(Shapes.KEPT_COPY, WireCopy.kept(copy));
      }

      @Override
      public Copy read(String key, byte[] head, int valueBytes) {
        try {
          return HEAD_JSON.read(head, Shapes.KEPT_COPY).restored(key, valueBytes);
        } catch (WireException e) {
          throw new IllegalArgumentException(e.getMessage(), e);
        }
      }

      @Override
      public byte[] write(Memory memory) {
        return HEAD_JSON.write(Shapes.MEMORY, memory);
      }

      @Override
      public Memory readMemory(byte[] head) {
        try {
          return HEAD_JSON.read(head, Shapes.MEMORY);
        } catch (WireException e) {
          throw new IllegalArgumentException(e.getMessage(), e);
        }
      }
    };
  }
}
