/** A program that requires the beacon and the agent as modules. */
module trial {
  requires pharos.agent;
  requires pharos.beacon;
}
