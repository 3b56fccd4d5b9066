/* Is a peer called NAME, and prints who is there after each change, over ZeroMQ alone. C99 and libzmq:
 *   cc -std=c99 -o members clients/c/members.c -lzmq && ./members [NAME]       (PHAROS_AT: which agent) */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

enum { RENEW_S = 5, PATIENCE_MS = 5000, LOOK_MS = 500 };

static void *context;
static char req_at[64], sub_at[64];
static volatile sig_atomic_t is_over;

static void on_signal(int number) {
  (void)number;
  is_over = 1;
}

/* Asks once, and leaves the answer in 'body', which the caller closes; the status, or 0 where nobody answers. */
static int ask(const char *method, const char *path, const char *text, zmq_msg_t *body) {
  int patience = PATIENCE_MS, none = 0;
  char status[8] = "";
  /* A socket for each question: a REQ whose answer never came would ask no more. */
  void *req = zmq_socket(context, ZMQ_REQ);
  zmq_setsockopt(req, ZMQ_RCVTIMEO, &patience, sizeof patience);
  zmq_setsockopt(req, ZMQ_LINGER, &none, sizeof none);
  zmq_connect(req, req_at);
  zmq_send(req, method, strlen(method), ZMQ_SNDMORE);
  zmq_send(req, path, strlen(path), text ? ZMQ_SNDMORE : 0);
  if (text) zmq_send(req, text, strlen(text), 0);
  zmq_msg_init(body);
  if (zmq_recv(req, status, sizeof status - 1, 0) > 0) zmq_msg_recv(body, req, 0);
  zmq_close(req);
  return atoi(status);
}

/* What is read of a text in JSON, which the agent writes without blanks. */
struct json {
  const char *at, *end;
  int depth;
};

static struct json json_of(zmq_msg_t *body) {
  const char *text = zmq_msg_data(body);
  return (struct json){text, text + zmq_msg_size(body), 0};
}

/* The next text that is called 'key', so many brackets deep: its length, or -1 when there is none. Escapes stay. */
static int next_text(struct json *json, const char *key, int depth, const char **text) {
  int is_wanted = 0;
  while (json->at < json->end) {
    char c = *json->at++;
    if (c == '{' || c == '[') json->depth++;
    if (c == '}' || c == ']') json->depth--;
    if (c != '"') {
      is_wanted &= c == ':';
      continue;
    }
    const char *from = json->at;
    while (json->at < json->end && *json->at != '"') json->at += *json->at == '\\' ? 2 : 1;
    if (json->at >= json->end) break;
    int length = (int)(json->at++ - from);
    if (is_wanted) {
      *text = from;
      return length;
    }
    is_wanted = json->depth == depth && length == (int)strlen(key) && !memcmp(from, key, length);
  }
  return -1;
}

/* Once is registering, again is renewing. Who answers something at a port says so in "offers". */
static void enlist(const char *path, char *lease, size_t size) {
  char text[256];
  zmq_msg_t body;
  const char *told;
  snprintf(text, sizeof text, "{\"service\":\"Example\",\"offers\":[],\"ttl\":\"15s\"%s%s%s}",
           *lease ? ",\"lease\":\"" : "", lease, *lease ? "\"" : "");
  int status = ask("PUT", path, text, &body);
  struct json json = json_of(&body);
  if (!status) {
    fprintf(stderr, "%s: no agent answers\n", req_at);
  } else if (status == 200 || status == 201) {
    int length = next_text(&json, "lease", 1, &told);
    if (length > 0 && (size_t)length < size) snprintf(lease, size, "%.*s", length, told);
  } else {
    fprintf(stderr, "%s: %.*s\n", req_at, (int)zmq_msg_size(&body), (char *)zmq_msg_data(&body));
  }
  zmq_msg_close(&body);
}

static void show_members(void) {
  zmq_msg_t body;
  if (ask("GET", "/v1/members", NULL, &body) == 200) {
    struct json json = json_of(&body);
    const char *name, *before = "members: ";
    /* {"members":[{"name":…: three brackets. */
    for (int length; (length = next_text(&json, "name", 3, &name)) >= 0; before = ", ")
      printf("%s%.*s", before, length, name);
    printf("\n");
    fflush(stdout);
  }
  zmq_msg_close(&body);
}

/* Reads all that waits; whether there was something. */
static int heard(void *sub) {
  int count = 0;
  char topic[8];
  while (zmq_recv(sub, topic, sizeof topic, ZMQ_DONTWAIT) >= 0) count++;
  return count > 0;
}

int main(int argc, char **argv) {
  const char *name = argc > 1 ? argv[1] : "c";
  const char *at = getenv("PHAROS_AT") ? getenv("PHAROS_AT") : "http://127.0.0.1:8670";
  const char *port = strrchr(at, ':');
  char path[256], lease[64] = "";
  if (!port || atoi(port + 1) < 1 || strlen(name) > 100) {
    fprintf(stderr, "PHAROS_AT is http://HOST:PORT, not '%s', and a name has at most 100 bytes\n", at);
    return 2;
  }
  /* ZeroMQ is two and three ports after HTTP, and for this host alone. */
  snprintf(req_at, sizeof req_at, "tcp://127.0.0.1:%d", atoi(port + 1) + 2);
  snprintf(sub_at, sizeof sub_at, "tcp://127.0.0.1:%d", atoi(port + 1) + 3);
  snprintf(path, sizeof path, "/v1/programs/%s", name);
  signal(SIGINT, on_signal);
  signal(SIGTERM, on_signal);

  context = zmq_ctx_new();
  void *sub = zmq_socket(context, ZMQ_SUB);
  zmq_setsockopt(sub, ZMQ_SUBSCRIBE, "peers", 5);
  zmq_connect(sub, sub_at); /* and again by itself, when the agent was away */
  zmq_pollitem_t items[] = {{sub, 0, ZMQ_POLLIN, 0}};
  for (time_t renew = 0; !is_over;) {
    if (time(NULL) >= renew) {
      enlist(path, lease, sizeof lease);
      renew = time(NULL) + RENEW_S;
    }
    if (zmq_poll(items, 1, LOOK_MS) > 0 && heard(sub)) show_members();
  }

  if (*lease) {
    zmq_msg_t body;
    char mine[400];
    snprintf(mine, sizeof mine, "%s?lease=%s", path, lease);
    ask("DELETE", mine, NULL, &body);
    zmq_msg_close(&body);
  }
  zmq_close(sub);
  zmq_ctx_term(context);
  return 0;
}
