#!/usr/bin/env bash
# Runs the built server the way `npm start` does, on a folder and a port of its own: it must become ready, know its examples,
# let in who may come in and nobody else, refuse a second server on its data, and stop when it is told to.
set -uo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
failed=0
server=
cleanup() {
  [ -n "$server" ] && kill "$server" 2>/dev/null && wait "$server" 2>/dev/null
  rm -rf "$work"
}
trap cleanup EXIT
# has PATTERN: whether it stands in what comes in, all of which is read: an early end would fail whoever writes
has() { grep "$@" >/dev/null; }
fail() { echo "FAIL: $*"; failed=1; }

printf '[server]\ndata = "data"\nlisten = "127.0.0.1:0"\n' >"$work/smbastion.toml"
tail -n +2 examples/smbastion.toml >>"$work/smbastion.toml"
smb() { node dist/main.js "$@" -c "$work/smbastion.toml"; }

# begin: starts the server and waits until it is ready
begin() {
  node dist/main.js serve --examples -c "$work/smbastion.toml" 2>"$work/log" &
  server=$!
  for _ in $(seq 300); do
    url=$(sed -n 's/.*"url":"\([^"]*\)".*/\1/p' "$work/data/endpoint.json" 2>/dev/null)
    [ -n "$url" ] && curl -fs "$url/readyz" >/dev/null && grep -q "smbastion listens on" "$work/log" && return
    kill -0 "$server" 2>/dev/null || break
    sleep 0.2
  done
  fail 'the server did not become ready'
  cat "$work/log"
  exit 1
}

# end: stops the server and waits for it
end() {
  kill -TERM "$server"
  wait "$server" || { fail "the server ended with $?"; tail -20 "$work/log"; }
  server=
}

# status PATH HEADERS...: the status of an answer
status() {
  local path=$1
  shift
  curl -s -o /dev/null -w '%{http_code}' "$@" "$url$path"
}

begin
grep -q 'EXAMPLES were loaded' "$work/log" || fail 'the examples were not announced'
link=$(grep -o 'http[^ ]*/link/[A-Za-z0-9_-]*' "$work/log")
open=$(find "$work/data" -type f -perm /077)
[ -z "$open" ] || fail "others of the machine may read $open"
[ "$(status / )" = 303 ] || fail 'a stranger is not sent to sign in'
[ "$(status /api/v1/status)" = 401 ] || fail 'a stranger is told how the server does'
curl -fs "$link" | has 'Set your password' || fail 'the link of the first start shows no form'

# The rules run over the examples and find what a scan finds, building blocks left out as people want it.
wanted=$(node dist/main.js scan examples/evidence -c examples/smbastion.toml -f jsonl 2>/dev/null | grep -vc '"building_block_type"')
found=0
for _ in $(seq 60); do
  found=$(smb alerts list -f jsonl --limit 500 2>/dev/null | grep -c .)
  [ "$found" = "$wanted" ] && break
  sleep 1
done
[ "$found" = "$wanted" ] || fail "$found alerts after a minute instead of $wanted"

# A person with a cookie.
password='four words, far apart'
curl -fs -c "$work/cookies" -H "origin: $url" --data-urlencode "password=$password" --data-urlencode "again=$password" \
  -o /dev/null "$link" || fail 'the link sets no password'
curl -fs -b "$work/cookies" "$url/" | has 'These are examples' || fail 'the page does not say that these are examples'
[ "$(status /sign-out -b "$work/cookies" -X POST -H 'origin: http://elsewhere.example')" = 403 ] || fail 'another site signs people out'

# A program with a key.
key=$(smb keys add smoke --scope read 2>/dev/null)
encoded=$(printf %s "$key" | base64 -w0)
[ "$(status /api/v1/status -H "authorization: ApiKey $encoded")" = 200 ] || fail 'a key is not let in'
[ "$(status /api/v1/users -H "authorization: ApiKey $encoded")" = 403 ] || fail 'a key may do more than its scope says'
SMBASTION_KEY=$key node dist/main.js status --server "$url" | has . || fail 'a command does not reach the server by its URL'
curl -fs -H "authorization: ApiKey $encoded" -H 'content-type: application/json' -d '{"query":"server.port:445"}' \
  "$url/api/v1/events/count" | has '"count":[1-9]' || fail 'stored events are not found'

# A copy while it runs is a data folder elsewhere.
smb store check 2>&1 | has 'all is well' || fail 'the store is not whole'
copy=$(smb store backup 2>&1 | sed -n 's/.*were copied to \(.*\)\.$/\1/p')
SMBASTION_DATA=$work/restored node dist/main.js store restore "$copy" 2>/dev/null || fail 'a copy is not restored'
open=$(find "$work/restored" -perm /077)
[ -z "$open" ] || fail "others of the machine may read $open"
[ "$(SMBASTION_DATA=$work/restored node dist/main.js alerts list -f jsonl --limit 500 2>/dev/null | grep -c .)" = "$wanted" ] ||
  fail 'a restored store has other alerts'

# The data folder is taken.
said=$(node dist/main.js serve -c "$work/smbastion.toml" 2>&1)
{ [ $? = 2 ] && grep -q 'is in use: a server has it open' <<<"$said"; } || fail "a second server: $said"

# A part that cannot start ends the server with the code of what is wrong; it does not stay half started.
printf '[server]\ndata = "half"\nlisten = "127.0.0.1:0"\n[notify.x]\ntype = "webhook"\nurl = "https://x.example"\nsecret_file = "nope"\n' >"$work/half.toml"
said=$(timeout -s KILL 60 node dist/main.js serve -c "$work/half.toml" 2>&1)
{ [ $? = 2 ] && grep -q 'NOTIFY-SECRET' <<<"$said"; } || fail "a part that cannot start: $said"

# A data folder that cannot be is told, and not waited for.
places=/dev/null/data
[ -d /proc/self ] && places="$places /proc/smbastion/data /proc"
for place in $places; do
  said=$(SMBASTION_DATA=$place timeout -s KILL 60 node dist/main.js serve -c "$work/smbastion.toml" 2>&1)
  { [ $? = 2 ] && grep -q 'data folder\|cannot be opened' <<<"$said"; } || fail "a data folder $place: $said"
done

smb audit verify 2>&1 | has 'all are as they were written' || fail 'the audit log is not whole'
end
[ -e "$work/data/endpoint.json" ] && fail 'a stopped server says where it is'

# What must never be in a log.
for secret in "$password" "${key#*:}" "$encoded"; do
  grep -qF -- "$secret" "$work/log" && fail 'a secret stands in the log'
done

# A signal that comes while the server starts stops it.
printf '[server]\ndata = "early"\nlisten = "127.0.0.1:0"\n' >"$work/early.toml"
node dist/main.js serve -c "$work/early.toml" 2>"$work/early.log" &
server=$!
until grep -q 'Server listening' "$work/early.log"; do kill -0 "$server" 2>/dev/null || break; sleep 0.02; done
end
grep -q 'Stopping' "$work/early.log" || fail 'a signal during the start is not heard'

# Whoever stops npm stops the server: nothing may be left between the two that does not hand the signal on.
SMBASTION_DATA=$work/npm SMBASTION_LISTEN=127.0.0.1:0 npm start >"$work/npm.log" 2>&1 &
server=$!
until [ -e "$work/npm/endpoint.json" ]; do kill -0 "$server" 2>/dev/null || break; sleep 0.2; done
started=$(sed -n 's/.*"pid":\([0-9]*\).*/\1/p' "$work/npm/endpoint.json")
kill -TERM "$server"
wait "$server" 2>/dev/null
server=
for _ in $(seq 100); do kill -0 "$started" 2>/dev/null || break; sleep 0.2; done
kill "$started" 2>/dev/null && fail 'the server outlives npm start'

# Without a server the same commands open the folder themselves; a killed server leaves nothing behind that is in the way.
smb status 2>/dev/null | has '"isServing":false\|no server runs' || fail 'a command does not open the data folder'
begin
kill -9 "$server"
wait "$server" 2>/dev/null
server=
smb examples remove 2>&1 | has 'were taken out' || fail 'the examples are not taken out'
[ "$(smb alerts list -f jsonl 2>/dev/null | grep -c .)" = 0 ] || fail 'alerts of the examples stay'
begin
grep -q EXAMPLES "$work/log" && fail 'examples come back'
end

[ "$failed" = 0 ] && echo 'smoke: the server runs, lets in who may come in, and stops'
exit "$failed"
