"""Pharos from Python: who is on this network, as it changes, and being one of them.

Asks the Pharos daemon of this host (``pharos agent``) over HTTP. The standard library is all
it needs.

    import pharos

    with pharos.register("client1", offers=[{"type": "Web", "port": 8080, "protocol": "http"}]):
        for members in pharos.follow():
            print([member["name"] for member in members])
"""

import contextlib
import getpass
import http.client
import json
import os
import tempfile
import threading
import time
import urllib.parse

__all__ = ["PharosError", "Pharos", "self", "peers", "members", "find", "events", "follow", "register"]

DEFAULT_URL = "http://127.0.0.1:8670"

# The daemon tells something every 5 s, be it that there is nothing.
_SILENT_S = 12
_LONGEST_WAIT_S = 5
_PROGRAM_TTL_S = 15


class PharosError(Exception):
    """What the daemon refused, or that there is none. ``status`` is that of HTTP, or None."""

    def __init__(self, message, status=None):
        super().__init__(message)
        self.status = status


def _run_folder():
    session = os.environ.get("XDG_RUNTIME_DIR")
    if session:
        return os.path.join(session, "pharos")
    user = getpass.getuser()
    if user == "root":
        return "/run/pharos"
    return os.path.join(tempfile.gettempdir(), "pharos-" + user)


def _daemons():
    """The files of the daemons of this user, the one started last first."""
    found = []
    folder = _run_folder()
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    for name in names:
        if name.endswith(".json"):
            try:
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    found.append(json.load(file))
            except (OSError, ValueError):
                continue
    return sorted(found, key=lambda it: it.get("started", 0), reverse=True)


def _quoted(text):
    return urllib.parse.quote(text, safe="")


class Pharos:
    """One daemon. Without a URL it is PHAROS_AT, else the one that this user started last, else
    the one at http://127.0.0.1:8670. May be used from several threads."""

    def __init__(self, url=None, token=None, timeout=10):
        url = url or os.environ.get("PHAROS_AT")
        token = token or os.environ.get("PHAROS_HTTP_TOKEN")
        if url is None:
            for daemon in _daemons():
                url, token = daemon["url"], token or daemon.get("token")
                break
        self.url = (url or DEFAULT_URL).rstrip("/")
        self.token = token
        self.timeout = timeout
        parts = urllib.parse.urlsplit(self.url)
        if parts.scheme != "http" or not parts.hostname:
            raise ValueError("'%s' is no URL of a daemon: write http://HOST:PORT" % self.url)
        self._at = (parts.hostname, parts.port or 80)

    # Who is there.

    def self(self):
        """The daemon's own agent, as its peers see it."""
        return self._ask("GET", "/v1/self")

    def peers(self, service=None, offers=None, name=None):
        """The others: all, or those of a service, who offer a type, or of a name."""
        wanted = {"service": service, "offers": offers, "name": name}
        query = urllib.parse.urlencode({k: v for k, v in wanted.items() if v is not None})
        return self._ask("GET", "/v1/peers" + ("?" + query if query else ""))["peers"]

    def peer(self, name):
        """One of them, by its name, its short name, or its id in base64url."""
        return self._ask("GET", "/v1/peers/" + _quoted(name))

    def members(self):
        """Everybody, the daemon's own agent too, in the same order on every host."""
        return self._ask("GET", "/v1/members")["members"]

    def find(self, contact):
        """A contact that somebody registered, on this network or past it; None if there is none."""
        try:
            return self._ask("GET", "/v1/contacts?id=" + _quoted(contact))
        except PharosError as e:
            if e.status == 404:
                return None
            raise

    # What happens.

    def events(self):
        """Each event as it happens, for ever: a dict with 'event', 'peer' and, of one that is
        gone, 'reason'. Begins with one whose 'event' is 'LIST' and whose 'peers' are all there
        are; another such comes when some were missed. Waits for a daemon that is away."""
        last = None
        wait = 0.2
        while True:
            connection = http.client.HTTPConnection(*self._at, timeout=_SILENT_S)
            try:
                headers = self._headers()
                if last:
                    headers["Last-Event-ID"] = last
                connection.request("GET", "/v1/events", headers=headers)
                answer = connection.getresponse()
                if answer.status != 200:
                    raise _refused(answer.status, answer.read())
                for number, kind, data in _stream(answer):
                    last = number or last
                    wait = 0.2
                    if kind in ("peers", "resync"):
                        yield {"event": "LIST", "peers": data["peers"]}
                    elif "peer" in data:
                        yield data
            except PharosError as e:
                if e.status != 503:
                    raise
            except (OSError, http.client.HTTPException):
                pass  # it may be starting again
            finally:
                connection.close()
            time.sleep(wait)
            wait = min(_LONGEST_WAIT_S, wait * 2)

    def follow(self):
        """The list of members now, and again after each change, for ever."""
        known = None
        for _ in self.events():
            try:
                members = self.members()
            except PharosError as e:
                if e.status not in (None, 503):
                    raise
                continue  # it went meanwhile; the first event of the next one comes in time
            if known != _without_times(members):
                known = _without_times(members)
                yield members

    # Being one of them.

    @contextlib.contextmanager
    def register(self, name, service="", offers=(), ttl=_PROGRAM_TTL_S):
        """A peer of its own for as long as the block runs: a 'with' that renews its lease.

        offers: dicts with 'type' and 'port', and if need be 'protocol' and 'attributes'.
        """
        body = {"service": service, "offers": list(offers), "ttl": "%ds" % ttl}
        path = "/v1/programs/" + _quoted(name)
        lease = self._ask("PUT", path, body).get("lease")
        if lease:
            body["lease"] = lease
        is_over = threading.Event()

        def renew():
            while not is_over.wait(ttl / 3):
                try:
                    told = self._ask("PUT", path, body)
                    body["lease"] = told.get("lease", body.get("lease"))
                except (PharosError, OSError):
                    # A daemon that started again does not know the lease of the one before.
                    body.pop("lease", None)

        renewer = threading.Thread(target=renew, name="pharos-" + name, daemon=True)
        renewer.start()
        try:
            yield self
        finally:
            is_over.set()
            renewer.join(self.timeout)
            with contextlib.suppress(PharosError, OSError):
                suffix = "?lease=" + _quoted(body["lease"]) if body.get("lease") else ""
                self._ask("DELETE", path + suffix)

    # The wire.

    def _headers(self):
        return {"Authorization": "Bearer " + self.token} if self.token else {}

    def _ask(self, method, path, body=None):
        headers = self._headers()
        if body is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(body)
        connection = http.client.HTTPConnection(*self._at, timeout=self.timeout)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            said = answer.read()
        except (OSError, http.client.HTTPException) as e:
            raise PharosError("no daemon answers at %s (%s): start one with 'pharos agent'"
                              % (self.url, e)) from e
        finally:
            connection.close()
        if answer.status >= 300:
            raise _refused(answer.status, said)
        return json.loads(said) if said.strip() else {}


def _refused(status, said):
    try:
        detail = json.loads(said).get("detail") or said.decode()
    except ValueError:
        detail = said.decode(errors="replace")
    return PharosError("%d: %s" % (status, detail), status)


def _stream(answer):
    event = {}
    for line in answer:
        line = line.decode().rstrip("\r\n")
        if not line:
            if "data" in event:
                yield event.get("id"), event.get("event"), json.loads(event["data"])
            event = {}
        elif not line.startswith(":"):
            field, _, value = line.partition(": ")
            event[field] = value


def _without_times(members):
    return [{k: v for k, v in member.items() if k != "lastHeard"} for member in members]


def self():
    """See Pharos.self."""
    return Pharos().self()


def peers(**wanted):
    """See Pharos.peers."""
    return Pharos().peers(**wanted)


def members():
    """See Pharos.members."""
    return Pharos().members()


def find(contact):
    """See Pharos.find."""
    return Pharos().find(contact)


def events():
    """See Pharos.events."""
    return Pharos().events()


def follow():
    """See Pharos.follow."""
    return Pharos().follow()


def register(name, **what):
    """See Pharos.register."""
    return Pharos().register(name, **what)
