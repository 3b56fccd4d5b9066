#!/bin/sh
# Is a peer called NAME, and prints who is there after each change. With curl; jq, if there is one, makes names of it.
#   ./pharos agent &    then    sh clients/shell/members.sh [NAME]       (PHAROS_AT, PHAROS_HTTP_TOKEN: which agent)
set -eu

name=${1:-shell}
at=${PHAROS_AT:-http://127.0.0.1:8670}
program=$at/v1/programs/$name
lease='' known='' waiting=''

# Neither the token nor what was answered is for others of this host.
umask 077
work=$(mktemp -d)
printf 'silent\nshow-error\nfail-with-body\nmax-time = 20\n' >"$work/curlrc"
[ -z "${PHAROS_HTTP_TOKEN:-}" ] || printf 'header = "Authorization: Bearer %s"\n' "$PHAROS_HTTP_TOKEN" >>"$work/curlrc"
ask() { curl --config "$work/curlrc" "$@"; }

withdraw() {
  [ -z "$waiting" ] || kill "$waiting" 2>/dev/null || true
  [ -z "$lease" ] || ask -X DELETE "$program?lease=$lease" || true
  rm -rf "$work"
}
trap withdraw EXIT
trap 'exit 0' HUP INT PIPE TERM

# Once is registering, again is renewing. Who answers something at a port says so in "offers".
register() {
  said=$(ask -X PUT -H 'Content-Type: application/json' "$program" \
    -d '{"service":"Example","offers":[],"ttl":"15s"'"${lease:+,\"lease\":\"$lease\"}"'}') || {
    echo "$name: $said" >&2
    return 1
  }
  lease=$(printf '%s' "$said" | sed -n 's/.*"lease":"\([^"]*\)".*/\1/p')
}

# A shell heeds a signal only between two commands, or in such a 'wait'.
behind() {
  "$@" &
  waiting=$!
  wait "$waiting"
}

# The answer comes as soon as the list is not the known one, and after five seconds in any case: time to renew.
await_change() {
  behind curl --config "$work/curlrc" -D "$work/head" -o "$work/peers" \
    -H "If-None-Match: ${known:-none}" "$at/v1/peers?wait=5s" || return 1
  now=$(tr -d '\r' <"$work/head" | sed -n 's/^[Ee][Tt][Aa][Gg]: //p')
}

show() {
  if command -v jq >/dev/null; then jq -r '"members: " + ([.members[].name] | join(", "))'; else cat; fi
}

while :; do
  if register && await_change; then
    [ "$now" = "$known" ] || ask "$at/v1/members" | show || now=''
    known=$now
  else
    behind sleep 1 || true # the agent may be starting again
  fi
done
