#!/usr/bin/env bash
# Runs the built command line the way a person would and checks answers and exit codes.
set -uo pipefail
cd "$(dirname "$0")/.."
smb() { node dist/main.js "$@"; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# expect CODE PATTERN COMMAND...: the exit code, and a pattern somewhere in what it says
expect() {
  local code=$1 pattern=$2 said got
  shift 2
  said=$("$@" 2>&1)
  got=$?
  if [ "$got" != "$code" ] || ! grep -qE -- "$pattern" <<<"$said"; then
    echo "FAIL: $*: exit $got (expected $code), pattern \"$pattern\""
    head -5 <<<"$said"
    failed=1
  fi
}

expect 0 'Usage: smbastion' smb --help
expect 0 '^[0-9]+\.[0-9]+\.[0-9]+$' smb --version
expect 0 'interrupted' smb help exit-codes
expect 2 'Did you mean "scan"' smb scam
expect 2 'Did you mean --format' smb scan examples --fromat table
expect 0 'exposure-egress' smb scan examples/evidence -c examples/smbastion.toml -f table
expect 1 'CRITICAL' smb scan examples/evidence -c examples/smbastion.toml -f table --fail-on critical
expect 0 '"kibana.alert|"kibana":' smb scan examples/evidence -c examples/smbastion.toml
expect 2 'or - for standard input' smb scan
expect 2 'no file or folder' smb scan "$work/missing"
mkdir "$work/empty"
expect 3 'No findings' smb scan "$work/empty" -f table
printf 'binary\0junk' >"$work/junk.bin"
expect 3 'no known format' smb scan "$work/junk.bin" -f table
printf '{"@timestamp":"2026-01-01T00:00:00Z","event":{"category":["network"]' >"$work/half.json"
expect 3 'half.json:1' smb scan "$work/half.json" -f jsonl
expect 2 'KQL-SYNTAX' smb query 'source.ip:()' examples/evidence
expect 0 '^[1-9]' smb query 'server.port:445' examples/evidence --count
expect 2 'write == to compare' smb query -l eql 'any where server.port = 445' examples/evidence
expect 0 '^[1-9]' smb query -l eql 'any where server.port in (139, 445) and length(string(server.port)) == 3' examples/evidence --count
expect 0 '^ +step-2 +[+]776 ms ' smb query -l eql 'sequence by client.ip with maxspan=10m [any where smb.share.name == "ADMIN$"] [any where smb.rpc.interface == "svcctl"]' examples/evidence -f table
expect 0 '"value": 445' smb translate 'server.port:445'
expect 0 'does not decide' smb translate --to sql 'message:mimikatz'
expect 0 'smbastion works these fields out' smb rules show exposure-egress --as opensearch
expect 0 'to 10.20.5.20 port 445: moved' smb links examples/evidence -f table
expect 0 'smb.flow.outcome' smb fields smb.flow
expect 2 'no network interface "nope0"' smb watch -i nope0
expect 0 'zeek-tsv' smb sources
expect 0 'complete -o' smb completion bash
expect 0 ' 0 failed' smb rules test
expect 0 '0 errors' smb rules lint
expect 0 'Check' smb rules show exposure-egress
printf '[rule]\nid = "x"\nquery = "source.pi:1"\n' >"$work/bad.toml"
expect 2 'RULE-' smb scan examples/evidence -r "$work/bad.toml" -f table
cat >"$work/rule.yml" <<'END'
title: Admin share opened
logsource: {product: windows, service: security}
detection:
  selection: {EventID: [5140, 5145], ShareName|endswith: '$'}
  condition: selection
END
expect 0 '^[0-9]' smb query --language sigma "$work/rule.yml" examples/evidence --count
expect 0 'admin-share-opened' smb rules list --no-built-in -r "$work/rule.yml"
sed -i 's/endswith/endswiht/' "$work/rule.yml"
expect 2 'Did you mean "endswith"' smb rules lint "$work/rule.yml"
printf '[rules.override.exposure-egress]\nseverity = "low"\n' >"$work/override.toml"
expect 0 'CONFIG-OVERRIDE .*override.toml:1' smb scan examples/evidence -c "$work/override.toml" -f table
cat >"$work/known.toml" <<'END'
[[exception]]
id = "ended"
name = "x"
rules = ["exposure-egres"]
owner = "x"
reason = "x"
expires = 2026-01-01T00:00:00Z
[[exception.item]]
entries = [{ field = "client.ip", operator = "is", value = "10.20.1.23" }]
END
expect 0 'EXCEPTION-EXPIRED' smb scan examples/evidence -e "$work/known.toml" -f table
expect 0 'Did you mean "exposure-egress"' smb scan examples/evidence -e "$work/known.toml" -f table
expect 0 '1 warning|2 warnings' smb rules lint -e "$work/known.toml"
expect 2 'No rule is on' smb scan examples/evidence --no-built-in
expect 2 'no such file or folder' smb scan examples/evidence -r "$work/missing"
expect 2 'no such file or folder' smb scan examples/evidence -c "$work/missing.toml"
expect 3 'Nothing was read' smb scan "$work/empty" -f jsonl
expect 2 'it is a folder' smb scan examples/evidence -o "$work/empty"
[ -c /dev/full ] && expect 2 'no space is left' bash -c 'node dist/main.js query "" examples/evidence >/dev/full'
expect 0 '^@timestamp,client.ip' smb query 'smb.share.admin:true' examples/evidence --fields @timestamp,client.ip -f csv
expect 0 '^@timestamp +client.ip +file.path$' smb query 'smb.share.admin:true' examples/evidence --fields @timestamp,client.ip,file.path -f table

smb scan examples/evidence -c examples/smbastion.toml -f jsonl >"$work/one" 2>/dev/null
smb scan examples/evidence -c examples/smbastion.toml -f jsonl >"$work/two" 2>/dev/null
cmp "$work/one" "$work/two" || failed=1
smb normalize examples/evidence 2>/dev/null | smb scan - -c examples/smbastion.toml -f jsonl 2>/dev/null | wc -l >"$work/three"
[ "$(cat "$work/three")" = "$(wc -l <"$work/one")" ] || { echo 'FAIL: normalized evidence gives other findings'; failed=1; }
smb query '' examples/evidence 2>/dev/null | head -1 >/dev/null || { echo 'FAIL: a closed pipe is an error'; failed=1; }

# Two threads over large input find what one finds: a large log beside a small one, so that both threads have work.
for _ in $(seq 1400); do cat examples/evidence/zeek/conn.log; done >"$work/large.log"
smb scan "$work/large.log" examples/evidence -c examples/smbastion.toml -f jsonl --workers 1 >"$work/w1" 2>/dev/null
smb scan "$work/large.log" examples/evidence -c examples/smbastion.toml -f jsonl --workers 2 >"$work/w2" 2>/dev/null
{ [ -s "$work/w1" ] && cmp "$work/w1" "$work/w2"; } || { echo 'FAIL: two threads find something else than one'; failed=1; }

# Events that stand in three files and often in each: for any number of threads the same copy is cited, byte for byte.
gzip -dc examples/evidence/windows/security.evtx.gz >"$work/log.evtx"
mkdir "$work/copies"
{ head -c 4096 "$work/log.evtx"; for _ in $(seq 700); do tail -c +4097 "$work/log.evtx" | head -c 65536; done; } >"$work/copies/b.evtx"
cp "$work/copies/b.evtx" "$work/copies/a.evtx"
{ head -c 70000 "$work/log.evtx"; head -c 3000 /dev/urandom; } >"$work/copies/c.evtx"
expect 0 '' smb query 'event.code:9' "$work/log.evtx" --verify
head -c 5000 "$work/log.evtx" >"$work/changed.evtx"
printf 'X' >>"$work/changed.evtx"
tail -c +5002 "$work/log.evtx" >>"$work/changed.evtx"
expect 3 'records of the chunk do not fit their checksum' smb query 'event.code:9' "$work/changed.evtx" --verify
printf '[rule]\nid = "case"\nname = "x"\ndescription = "x"\ntype = "query"\nseverity = "low"\nquery = "winlog.event_data.ipaddress:*"\n' >"$work/case.toml"
for n in 1 2 5; do smb scan "$work/copies" -r "$work/case.toml" -q -f json --workers "$n" >"$work/j$n"; done
for n in 2 5; do
  { [ -s "$work/j1" ] && cmp "$work/j1" "$work/j$n"; } || { echo "FAIL: $n threads cite something else than one"; failed=1; }
done

# Without a server, commands of the server open the data folder themselves.
printf '[server]\ndata = "data"\n' >"$work/desk.toml"
printf '{"@timestamp":"2026-01-01T00:00:00Z","event":{"dataset":"x"}}\n' >"$work/one.ndjson"
expect 2 "no data folder at $work/data" smb alerts list -c "$work/desk.toml"
expect 0 'no data folder' smb doctor -c "$work/desk.toml"
[ -e "$work/data" ] && { echo 'FAIL: a question made a data folder'; failed=1; }
expect 0 'new store was made' smb load "$work/one.ndjson" -c "$work/desk.toml"
open=$(find "$work/data" -perm /077)
[ -z "$open" ] || { echo "FAIL: others of the machine may read $open"; failed=1; }
expect 0 'No alert is as asked' smb alerts list -c "$work/desk.toml"
expect 2 'There is no alert "aaaaaaaa"' smb alerts show aaaaaaaa -c "$work/desk.toml"
expect 2 'either named or chosen' smb alerts ack -c "$work/desk.toml"
expect 0 '"scanners" holds 1 entry' smb lists put scanners - -c "$work/desk.toml" <<<10.0.0.0/24
expect 0 'scanners' smb lists list -c "$work/desk.toml"
expect 0 'No exception is kept' smb except list -c "$work/desk.toml"
expect 0 'Nobody is told of alerts' smb notify status -c "$work/desk.toml"
expect 0 '[1-9][0-9]* new events, 0 known' smb load examples/evidence -c "$work/desk.toml"
expect 0 '0 new events, [1-9]' smb load examples/evidence -c "$work/desk.toml"
expect 0 '^0 dead letters' smb dead-letters list -c "$work/desk.toml"

[ "$failed" = 0 ] && echo 'smoke: the built command line answers as it should'
exit "$failed"
