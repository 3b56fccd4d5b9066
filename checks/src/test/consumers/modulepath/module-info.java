/** A program that requires the beacon as a module. */
module trial {
  requires pharos.beacon;
}
