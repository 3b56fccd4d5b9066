/** The presence datagram of Pharos, the choice of interfaces, and the UDP sockets that carry it. */
module pharos.beacon {
  requires static transitive org.jspecify;
  requires org.slf4j;

  exports pharos.beacon;
  exports pharos.beacon.io;
}
