#!/usr/bin/env bash
# Makes SMB captures anew, one behaviour a file, with a real server and real clients in network namespaces.
#   npm run lab:capture -- [FOLDER] [NAME...]      FOLDER is bench/data/lab; without names all are made
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=test/lab/lab.sh
. "$here/lab.sh"

out=${1:-$here/../../bench/data/lab}
[ $# -gt 0 ] && shift
mkdir -p "$out"
out=$(cd "$out" && pwd)
trap 'lab_down; rm -rf "$LAB"' EXIT

python=/usr/bin/python3
has_impacket() { "$python" -c 'import impacket' 2>/dev/null; }

# One session: a folder, a file there and back, renamed and deleted, and a file that is not there.
session() {
  local name=$1 protocol=$2
  shift 2
  smb "$name" alice //10.20.0.10/data -m "$protocol" --option="client min protocol=$protocol" "$@" -c "
    mkdir reports; cd reports; put $LAB/note.txt note.txt; get note.txt $LAB/back.txt; rename note.txt plan.txt;
    allinfo plan.txt; del plan.txt; cd ..; rmdir reports; get missing.txt $LAB/missing.txt"
}

dialect_NT1() { session c1 NT1; }
dialect_SMB2_02() { session c1 SMB2_02; }
dialect_SMB2_10() { session c1 SMB2_10; }
dialect_SMB3_00() { session c1 SMB3_00; }
dialect_SMB3_02() { session c1 SMB3_02; }
dialect_SMB3_11() { session c1 SMB3_11; }
signing_required() { session c1 SMB3_11 --client-protection=sign; }
encrypted() { session c1 SMB3_11 --client-protection=encrypt; }
guest_and_anonymous() {
  in_ns c2 smbclient -s "$LAB/smb.conf" -U 'CORP/nobody-knows%x' //10.20.0.10/public -c "put $LAB/note.txt guest.txt" >/dev/null 2>&1
  in_ns c2 smbclient -s "$LAB/smb.conf" -N -L //10.20.0.10 >/dev/null 2>&1
}
password_spray() {
  local user
  for user in alice bob root anna carl dora emil fritz greta hans ida jakob; do
    in_ns c3 smbclient -s "$LAB/smb.conf" -U "CORP/$user%Winter2026" //10.20.0.10/data -c exit >/dev/null 2>&1 || true
  done
}
internet() { in_ns c1 smbclient -s "$LAB/smb.conf" -U "CORP/alice%$PASSWORD" //203.0.114.80/data -c "put $LAB/note.txt out.txt" >/dev/null 2>&1; }
# One client asks 41 addresses that say no: the machine behind them has no server.
sweep() {
  local last
  for last in $(seq 20 60); do in_ns c3 ip address add "10.20.7.$last/16" dev eth0; done
  for last in $(seq 20 60); do in_ns c2 timeout 2 bash -c "exec 3<>/dev/tcp/10.20.7.$last/445" 2>/dev/null || true; done
}
copy_and_run() { in_ns c1 "$python" "$here/copy-and-run.py" 10.20.0.10 root "$PASSWORD" >/dev/null; }

# Many small files and one of 100 MiB, there and back in three dialects, three times over: some 650 MB on the wire.
large() {
  local i round
  mkdir -p "$LAB/many"
  for i in $(seq 400); do head -c $((RANDOM % 60000 + 200)) /dev/urandom >"$LAB/many/file-$i.bin"; done
  head -c $((100 * 1024 * 1024)) /dev/urandom >"$LAB/big.bin"
  for round in 1 2 3; do
    smb c1 alice //10.20.0.10/data -m SMB3_11 -c "lcd $LAB; recurse; prompt; mput many; put big.bin big.bin"
    smb c2 bob //10.20.0.10/data -m SMB2_10 -c "lcd $LAB/back; recurse; prompt; mget many; get big.bin big.bin"
    smb c3 alice //10.20.0.10/data -m NT1 --option='client min protocol=NT1' -c "lcd $LAB/back; prompt; cd many; mget *"
  done
}

all=(dialect_NT1 dialect_SMB2_02 dialect_SMB2_10 dialect_SMB3_00 dialect_SMB3_02 dialect_SMB3_11 signing_required encrypted
  guest_and_anonymous password_spray internet sweep large)
has_impacket && all+=(copy_and_run) || echo 'python3-impacket is not installed: copy_and_run is left out' >&2

lab_up
mkdir -p "$LAB/back"
printf 'A note of the lab.\n' >"$LAB/note.txt"
for name in "${@:-${all[@]}}"; do
  capture "$out/$name.pcap" "$name"
  printf '%-20s %10d bytes\n' "$name" "$(stat -c %s "$out/$name.pcap")"
done
