#!/usr/bin/env bash
# Watches the lab's network while a client copies a program to ADMIN$ and asks the service manager to run it.
#   watch.sh OUTPUT: alerts as JSON lines in OUTPUT, what smbastion said in OUTPUT.err
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lab.sh"
trap 'lab_down; rm -rf "$LAB"' EXIT
lab_up
node "$here/../../dist/main.js" watch -i "$PREFIX-br" --format jsonl >"$1" 2>"$1.err" &
watching=$!
for _ in $(seq 100); do grep -q Watching "$1.err" && break; sleep 0.1; done
sleep 2
in_ns c1 /usr/bin/python3 "$here/copy-and-run.py" 10.20.0.10 root "$PASSWORD"
# The alert has to come while the capture goes on, not at its end.
for _ in $(seq 100); do [ -s "$1" ] && break; sleep 0.2; done
cp "$1" "$1.live"
kill -INT "$watching"
wait "$watching"
