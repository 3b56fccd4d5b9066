package pharos.agent.core;

/** What the core counts. */
public enum Count {
  /** Datagrams of other clusters. */
  STRANGERS,
  /** Our own broadcasts, heard back. */
  HEARD_BACK,
  /** Datagrams about a known peer from where it was never heard. */
  FROM_ELSEWHERE,
  /** Datagrams and connections to addresses that were not proven. */
  SENT_UNPROVEN,
  /** Datagrams not sent since their address was not proven, and had its share. */
  HELD_BACK,
  /** Goodbyes without the secret that proves them. */
  GOODBYES_NOT_PROVED,
  /** Datagrams of an earlier incarnation. */
  STALE,
  /** Solicits not answered: asked too often, or from off the link. */
  UNANSWERED_SOLICITS,
  /** Newcomers refused since a table was full. */
  REFUSED_NEWCOMERS,
  /** Claims to be a peer that lives elsewhere: it answered from where it was known. */
  CLAIMS_NOT_BELIEVED,
  /** Claims that were not checked: too many waited, in all or of one address or about one peer. */
  REFUSED_CLAIMS,
  /** Questions asked. */
  QUESTIONS,
  /** Answers by another than the one asked, or with another document than announced. */
  WRONG_ANSWERS,
  /** Probes sent. */
  PROBES,
  /** Doubts sent. */
  DOUBTS,
  /** Announcements to one peer alone, since broadcasts do not reach it, or its own us. */
  DIRECT,
  /** Times that others were asked whether they hear a peer. */
  INQUIRIES,
  /** Datagrams by which they were. */
  WITNESSES_ASKED,
  /** Times that others heard a peer which we did not. */
  HEARD_BY_OTHERS,
  /** Times that the application said that a peer failed. */
  FAILURES_REPORTED,
  /** Times that a link went silent, and its peers were held. */
  ISOLATIONS,
  /** Times this process was stopped for a while. */
  STALLS
}
