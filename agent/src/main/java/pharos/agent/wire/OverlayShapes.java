package pharos.agent.wire;

import static pharos.agent.wire.Shape.either;
import static pharos.agent.wire.Shape.may;
import static pharos.agent.wire.Shape.maybe;
import static pharos.agent.wire.Shape.must;
import static pharos.agent.wire.WireCodec.ADDRESSES;
import static pharos.agent.wire.WireCodec.DOCUMENT;
import static pharos.agent.wire.WireCodec.INCARNATION;
import static pharos.agent.wire.WireCodec.NAME;
import static pharos.agent.wire.WireCodec.NODE_ID;

import java.util.List;
import java.util.Optional;
import pharos.agent.core.Document;
import pharos.agent.core.State;
import pharos.agent.core.gateway.Question;
import pharos.agent.core.gateway.RemotePeer;
import pharos.agent.core.gateway.Reply;
import pharos.agent.core.gateway.Subject;
import pharos.agent.wire.Shape.Case;
import pharos.agent.wire.Shape.Field;
import pharos.kademlia.Announcement;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactData;
import pharos.kademlia.ContactId;
import pharos.kademlia.Held;
import pharos.kademlia.Key;
import pharos.kademlia.Request;
import pharos.kademlia.Response;
import pharos.kademlia.Verdict;
import pharos.kademlia.Version;

/** What the frames of the dialogue past the subnet are made of, the smallest first. */
final class OverlayShapes {
  private static final Value<ContactId> CONTACT_ID =
      Value.base64(1, ContactId.MAX_LENGTH, ContactId::of, ContactId::toBytes);
  private static final Value<Key> KEY = Value.base64(Key.LENGTH, Key.LENGTH, Key::of, Key::toBytes);
  private static final Value<ContactData> DATA =
      Value.base64(0, ContactData.MAX_LENGTH, ContactData::of, ContactData::toBytes);
  private static final Value<Long> AGE = Value.millis(0);
  private static final Value<String> SERVICE = Value.text(1, Limits.TYPE_BYTES);

  /** A verdict of later versions is none: the asker does not take its contact for held. */
  private static final Value<Verdict> VERDICT =
      Value.oneOf(List.of(Verdict.values()), "a verdict", Optional.of(Verdict.NONE));

  private static final Value<State> STATE =
      Value.oneOf(
          List.of(State.ALIVE, State.SUSPECT), "a state of a remote peer", Optional.empty());
  private static final Value<Reply.Status> STATUS =
      Value.oneOf(List.of(Reply.Status.values()), "a status", Optional.empty());
  private static final Value<Subject.Holder> HOLDER =
      CONTACT_ID.as(Subject.Holder::new, Subject.Holder::id);
  private static final Value<Subject.Service> SERVICE_OF =
      SERVICE.as(Subject.Service::new, Subject.Service::name);

  private static final Value<List<String>> ENDPOINTS =
      Value.list(
          Contact.MAX_ENDPOINTS,
          Value.text(1, Limits.ENDPOINT_BYTES)
              .unless(String::isBlank, "is blank")
              .unless(
                  endpoint -> endpoint.length() > Contact.MAX_ENDPOINT_LENGTH,
                  "has more than " + Contact.MAX_ENDPOINT_LENGTH + " characters"));

  private static final Value<Version> VERSION =
      Value.list(2, Value.number(0, Long.MAX_VALUE))
          .unless(numbers -> numbers.size() != 2, "is not two numbers")
          .as(
              numbers -> new Version(numbers.get(0), numbers.get(1)),
              version -> List.of(version.incarnation(), version.clock()));

  /** For people, and may name whatever somebody chose as an id. */
  private static final Value<List<String>> STEPS =
      Value.list(
          Limits.PATH,
          Value.text(0, Limits.STEP_BYTES)
              .as(step -> step, step -> WireText.shown(step, Limits.STEP_POINTS)));

  static final Shape<Contact> CONTACT =
      Shape.of(
              Contact.class,
              must("id", CONTACT_ID),
              may("endpoints", ENDPOINTS, List.of()),
              may("data", DATA, ContactData.NONE),
              may("version", VERSION, Version.NONE))
          .called("contact");

  private static final Shape<Announcement> ANNOUNCEMENT =
      Shape.of(
          Announcement.class,
          must("contact", CONTACT),
          may("age", AGE, 0L).of("ageMs"),
          may("withdrawal", Value.truth(), false).of("isWithdrawal"));

  private static final Shape<Held> HELD =
      Shape.of(Held.class, must("contact", CONTACT), may("age", AGE, 0L).of("ageMs"));

  static final Shape<RemotePeer> PEER =
      Shape.of(
              RemotePeer.class,
              must("id", NODE_ID),
              must("incarnation", INCARNATION),
              may("name", NAME, ""),
              may("service", NAME, ""),
              may("addresses", ADDRESSES, List.of()),
              may("port", Value.number(0, Limits.MAX_PORT), 0).of("tcpPort"),
              may("capabilities", DOCUMENT, Document.EMPTY).of("document"),
              may("state", STATE, State.ALIVE),
              may("age", AGE, 0L).of("ageMs"),
              must("gateway", NODE_ID),
              may("site", Value.text(0, Limits.SITE_BYTES), ""))
          .called("peer");

  private static final Value<List<RemotePeer>> PEERS = Value.list(Limits.PEERS, PEER);

  private static final Field SUBJECT =
      either(
              List.of(
                  new Case("id", Subject.Holder.class, HOLDER),
                  new Case("service", Subject.Service.class, SERVICE_OF)),
              "id and service are two questions",
              "id or service is missing")
          .of("subject");

  /** Who asks waits no longer. */
  private static final Field WITHIN =
      may("within", Value.millis(1), Question.Forwarded.PATIENCE_MS).of("withinMs");

  private static final List<Case> QUESTIONS =
      List.of(
          kind("ping", Request.Ping.class, maybe("from", CONTACT)),
          kind(
              "find-node",
              Request.FindNode.class,
              maybe("from", CONTACT),
              must("target", KEY),
              maybe("announce", ANNOUNCEMENT).of("announcement")),
          kind("who", Question.Who.class, SUBJECT, maybe("after", NODE_ID)),
          kind("find", Question.Find.class, must("id", CONTACT_ID), WITHIN),
          kind(
              "browse",
              Question.Browse.class,
              must("service", SERVICE),
              maybe("after", NODE_ID),
              WITHIN),
          kind(
              "register",
              Question.Register.class,
              must("contact", CONTACT),
              must("lease", Value.millis(1)).of("leaseMs"),
              WITHIN),
          kind("unregister", Question.Unregister.class, must("id", CONTACT_ID), WITHIN));

  private static final Value<Reply.Page> PAGE =
      Shape.of(
              Reply.Page.class,
              may("peers", PEERS, List.of()),
              may("more", Value.truth(), false).of("hasMore"))
          // Who believes it would ask for the same page for ever.
          .unless(
              page -> page.hasMore() && page.peers().isEmpty(), "more after none is not possible");

  private static final List<Case> REPLIES =
      List.of(
          kind(
              "node",
              Response.class,
              must("from", CONTACT),
              maybe("held", HELD),
              may("verdict", VERDICT, Verdict.NONE),
              may("nearest", Value.list(Limits.CONTACTS, CONTACT), List.of())),
          new Case("page", Reply.Page.class, PAGE),
          kind(
              "ended",
              Reply.Ended.class,
              must("status", STATUS),
              maybe("contact", CONTACT),
              may("age", AGE, 0L).of("ageMs"),
              may("path", STEPS, List.of()),
              may("peers", PEERS, List.of())));

  /** What stands in a frame beside the version. */
  record Frame(Object body) {}

  static final Value<Question> QUESTION =
      frame("question", QUESTIONS)
          .as(
              frame ->
                  frame.body() instanceof Request request
                      ? new Question.Node(request)
                      : (Question) frame.body(),
              question ->
                  new Frame(question instanceof Question.Node node ? node.request() : question));

  static final Value<Reply> REPLY =
      frame("reply", REPLIES)
          .as(
              frame ->
                  frame.body() instanceof Response response
                      ? new Reply.Node(response)
                      : (Reply) frame.body(),
              reply -> new Frame(reply instanceof Reply.Node node ? node.response() : reply));

  private OverlayShapes() {}

  private static Case kind(String name, Class<? extends Record> type, Field... fields) {
    return new Case(name, type, Shape.of(type, fields));
  }

  private static Shape<Frame> frame(String what, List<Case> kinds) {
    return Shape.document(
        Frame.class,
        either(
                kinds,
                "is a second " + what + " in one frame",
                "there is no " + what + " that is known here")
            .of("body"));
  }
}
