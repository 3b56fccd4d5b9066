package pharos.testkit.stranger;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The bytes of ZMTP 1 to 3, also those that no honest program sends. Pure. */
public final class Zmtp {
  /** Flags of a frame. */
  public static final int MORE = 1;

  /** The length of the frame has eight bytes. */
  public static final int LONG = 2;

  /** The frame is a command. */
  public static final int COMMAND = 4;

  private static final int GREETING_BYTES = 64;
  private static final int MECHANISM_AT = 12;

  private Zmtp() {}

  /** The greeting of ZMTP 3.0 with the mechanism NULL, 64 bytes. */
  public static byte[] greeting() {
    return greeting(3, 0, "NULL");
  }

  /** A greeting with any version and mechanism, 64 bytes. */
  public static byte[] greeting(int major, int minor, String mechanism) {
    ByteBuffer bytes = ByteBuffer.allocate(GREETING_BYTES);
    bytes.put((byte) 0xff).putLong(0).put((byte) 0x7f).put((byte) major).put((byte) minor);
    bytes.position(MECHANISM_AT);
    bytes.put(ascii(mechanism));
    return bytes.array();
  }

  /** The greeting of ZMTP 1: an identity, here none, as a frame. No hand-shake follows. */
  public static byte[] greetingOf1() {
    return new byte[] {1, 0};
  }

  /** The greeting of ZMTP 2 of a REQ socket without an identity. No hand-shake follows. */
  public static byte[] greetingOf2() {
    ByteBuffer bytes = ByteBuffer.allocate(14);
    bytes.put((byte) 0xff).putLong(1).put((byte) 0x7f).put((byte) 1).put((byte) 3);
    return bytes.putShort((short) 0).array();
  }

  /** READY as a socket of this type says it, without an identity. */
  public static byte[] ready(String socketType) {
    return command("READY", join(property("Socket-Type", socketType), property("Identity", "")));
  }

  /** One property of READY. */
  public static byte[] property(String name, String value) {
    byte[] text = ascii(value);
    ByteBuffer bytes = ByteBuffer.allocate(1 + name.length() + 4 + text.length);
    bytes.put((byte) name.length()).put(ascii(name)).putInt(text.length).put(text);
    return bytes.array();
  }

  /** A command of any name. */
  public static byte[] command(String name, byte[] data) {
    byte[] body = join(new byte[] {(byte) name.length()}, ascii(name), data);
    return join(header(COMMAND, body.length), body);
  }

  /** PING: the time to live in tenths of a second, up to 65,535, and what PONG shall repeat. */
  public static byte[] ping(int ttlTenths, byte[] context) {
    return command("PING", join(new byte[] {(byte) (ttlTenths >> 8), (byte) ttlTenths}, context));
  }

  /** One frame of a message. */
  public static byte[] frame(byte[] body, boolean hasMore) {
    return join(header(hasMore ? MORE : 0, body.length), body);
  }

  /** A question as a REQ socket asks it: an empty frame, then this one. */
  public static byte[] question(byte[] body) {
    return join(frame(new byte[0], true), frame(body, false));
  }

  /** The head of a frame that declares this size, true or not; LONG is set where it must be. */
  public static byte[] header(int flags, long size) {
    return size >= 0 && size <= 255 && (flags & LONG) == 0
        ? new byte[] {(byte) flags, (byte) size}
        : ByteBuffer.allocate(9).put((byte) (flags | LONG)).putLong(size).array();
  }

  /** All of these, one after the other. */
  public static byte[] join(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteBuffer all = ByteBuffer.allocate(length);
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
