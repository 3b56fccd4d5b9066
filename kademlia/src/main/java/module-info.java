/** Contacts and lookups past the subnet: what an overlay node decides, without any I/O. */
module pharos.kademlia {
  requires static transitive org.jspecify;

  exports pharos.kademlia;
}
