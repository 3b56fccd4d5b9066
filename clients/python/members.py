#!/usr/bin/env python3
"""Is a peer called NAME, and prints who is there after each change. Python 3, and pharos.py beside it:

./pharos agent &    then    python3 clients/python/members.py [NAME]    (PHAROS_AT, PHAROS_HTTP_TOKEN: which agent)
"""

import signal
import sys

import pharos

name = sys.argv[1] if len(sys.argv) > 1 else "python"
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: sys.exit(0))  # which leaves the block below, and so withdraws

# Who answers something at a port says so: offers=[{"type": "Web", "port": 8080, "protocol": "http"}]
try:
    with pharos.register(name, service="Example"):
        for members in pharos.follow():
            print("members: " + ", ".join(member["name"] for member in members), flush=True)
except pharos.PharosError as e:
    sys.exit("%s: %s" % (name, e))
