#!/usr/bin/env bash
# A small network of this machine's own: a bridge, a real Samba server and three clients in network namespaces. Sourced by
# the lab's scripts. Needs root, ip, smbd, smbclient; everything is removed again by lab_down.
#
#   srv  10.20.0.10   FS01, shares data, public (guests welcome), ADMIN$, C$
#   c1   10.20.0.101  clients; users alice, bob, root (an administrator of the server), password Passw0rd1
#   c2   10.20.0.102
#   c3   10.20.0.103
#   pub  203.0.114.80 an address outside, with a server of its own behind it
set -euo pipefail

LAB=${LAB:-$(mktemp -d /tmp/smbastion-lab.XXXXXX)}
PREFIX=smbl
PASSWORD=Passw0rd1

lab_needs() {
  local tool
  [ "$(id -u)" = 0 ] || { echo 'the lab needs root, for network namespaces' >&2; return 1; }
  for tool in ip smbd smbpasswd smbclient tcpdump; do
    PATH=$PATH:/usr/sbin command -v "$tool" >/dev/null || {
      echo "the lab needs $tool: apt-get install samba smbclient tcpdump iproute2" >&2
      return 1
    }
  done
}

# in_ns NAME COMMAND...: runs it on that machine of the lab
in_ns() { local name=$1; shift; ip netns exec "$PREFIX-$name" "$@"; }

lab_host() {
  local name=$1 address=$2 link="$PREFIX-$1"
  ip netns add "$link"
  ip link add "$link" type veth peer name eth0 netns "$link"
  ip link set "$link" master "$PREFIX-br" up
  in_ns "$name" ip link set lo up
  in_ns "$name" ip address add "$address/16" dev eth0
  in_ns "$name" ip link set eth0 up
  in_ns "$name" ip route add default dev eth0 2>/dev/null || true
  # What the capture sees is what was sent: no segments of 64 KiB that the card would cut.
  in_ns "$name" ip link set eth0 gso_max_size 1500 gso_max_segs 1
  ip link set "$link" gso_max_size 1500 gso_max_segs 1
}

lab_users() {
  local user
  for user in alice bob; do id "smbl_$user" >/dev/null 2>&1 || useradd --no-create-home --shell /usr/sbin/nologin "smbl_$user"; done
  printf 'smbl_alice = alice\nsmbl_bob = bob\n' >"$LAB/users.map"
  for user in smbl_alice smbl_bob root; do
    printf '%s\n%s\n' "$PASSWORD" "$PASSWORD" | smbpasswd -c "$LAB/smb.conf" -s -a "$user" >/dev/null
  done
}

# lab_up [SMB_CONF_LINE...]: starts the network and the server, with further lines for its [global]
lab_up() {
  lab_needs
  lab_down
  mkdir -p "$LAB"/{data,public,windows,disk,state,lock,cache,private,run,log}
  chmod 777 "$LAB"/{data,public,windows,disk}
  chmod 755 "$LAB"
  ip link add "$PREFIX-br" type bridge
  ip link set "$PREFIX-br" up
  lab_host srv 10.20.0.10
  lab_host c1 10.20.0.101
  lab_host c2 10.20.0.102
  lab_host c3 10.20.0.103
  lab_host pub 203.0.114.80
  {
    cat <<END
[global]
  workgroup = CORP
  netbios name = FS01
  server role = standalone server
  map to guest = Bad User
  username map = $LAB/users.map
  server min protocol = NT1
  client min protocol = NT1
  ntlm auth = ntlmv1-permitted
  log file = $LAB/log/smbd.log
  state directory = $LAB/state
  lock directory = $LAB/lock
  cache directory = $LAB/cache
  private dir = $LAB/private
  pid directory = $LAB/run
  ncalrpc dir = $LAB/run/ncalrpc
  bind interfaces only = no
  disable spoolss = no
  load printers = no
  admin users = root
  rpc start on demand helpers = true
END
    printf '  %s\n' "$@"
    cat <<END
[data]
  path = $LAB/data
  read only = no
[public]
  path = $LAB/public
  guest ok = yes
  read only = no
[ADMIN\$]
  path = $LAB/windows
  read only = no
[C\$]
  path = $LAB/disk
  read only = no
END
  } >"$LAB/smb.conf"
  lab_users
  lab_server srv
  lab_server pub
}

# lab_server NAME: a server on that machine, and a wait until it answers
lab_server() {
  local name=$1 try
  sed "s#$LAB/run#$LAB/run-$name#; s#$LAB/lock#$LAB/lock-$name#" "$LAB/smb.conf" >"$LAB/smb-$name.conf"
  mkdir -p "$LAB/run-$name/ncalrpc" "$LAB/lock-$name"
  in_ns "$name" smbd --foreground --no-process-group -s "$LAB/smb-$name.conf" >"$LAB/log/smbd-$name.out" 2>&1 &
  echo $! >>"$LAB/pids"
  for try in $(seq 50); do
    in_ns "$name" smbclient -N -L //127.0.0.1 -m SMB3 >/dev/null 2>&1 && return 0
    sleep 0.2
  done
  echo "the server on $name does not answer; its log:" >&2
  tail -5 "$LAB/log/smbd-$name.out" "$LAB/log/smbd.log" >&2 || true
  return 1
}

lab_down() {
  local name pid
  if [ -f "$LAB/pids" ]; then
    while read -r pid; do kill "$pid" 2>/dev/null || true; done <"$LAB/pids"
    rm -f "$LAB/pids"
  fi
  for name in srv c1 c2 c3 pub; do
    ip netns delete "$PREFIX-$name" 2>/dev/null || true
    ip link delete "$PREFIX-$name" 2>/dev/null || true
  done
  ip link delete "$PREFIX-br" 2>/dev/null || true
}

# smb NAME USER [SMBCLIENT ARGUMENTS]: smbclient on that machine, quietly, as that user with the lab's password
smb() {
  local name=$1 user=$2
  shift 2
  in_ns "$name" smbclient -s "$LAB/smb.conf" -U "CORP/$user%$PASSWORD" "$@" >/dev/null 2>&1
}

# capture FILE COMMAND...: what crosses the bridge while the command runs
capture() {
  local file=$1 tcpdump_pid
  shift
  tcpdump -q -U --immediate-mode -B 65536 -s 0 -i "$PREFIX-br" -w "$file" 'tcp or udp or icmp or icmp6' 2>"$LAB/log/tcpdump.out" &
  tcpdump_pid=$!
  for _ in $(seq 50); do grep -q 'listening on' "$LAB/log/tcpdump.out" && break; sleep 0.1; done
  "$@" || true
  sleep 1
  kill -INT "$tcpdump_pid"
  wait "$tcpdump_pid" || true
}
