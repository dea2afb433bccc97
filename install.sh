#!/usr/bin/env bash
# Installs Skerry, shows it off, or tests it. `./install.sh --help` says how.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# DESTDIR puts everything below another root, as packagers do; nothing is then started.
readonly DESTDIR=${DESTDIR:-}
readonly LIB_DIR=/usr/local/lib/skerry
readonly DENO=$LIB_DIR/deno
readonly PROGRAM=/usr/local/bin/skerry
readonly UNIT=/etc/systemd/system/skerry.service
DENO_VERSION=$(cat deploy/deno-version)
readonly DENO_VERSION
# What a node needs, and what the tests need besides. Format: PROGRAM-OR-FILE=DEBIAN-PACKAGE.
readonly NODE_PARTS=(containerd=containerd runc=runc iptables=iptables
  /usr/lib/cni/bridge:/opt/cni/bin/bridge=containernetworking-plugins)
readonly LAB_PARTS=("${NODE_PARTS[@]}" ip=iproute2 nsenter=util-linux busybox=busybox-static)
readonly TEST_PARTS=("${LAB_PARTS[@]}" docker-registry=docker-registry python3=python3)

usage() {
  cat <<'TEXT'
usage: install.sh [--demo [--once] | --test | --uninstall [--stop-pods] [--purge]]

  (no option)    install the agent as a systemd service
  --demo         run the pods of examples/ on a private containerd, show them, clean up at Ctrl-C
    --once       clean up and exit when everything was shown
  --test         install what the tests need, and run all of them
  --uninstall    remove the agent; the containers go on running
    --stop-pods  end the pods first, within their grace periods
    --purge      remove /etc/skerry and /var/lib/skerry as well

DENORT_BIN=FILE  the denort of the pinned Deno, to compile one binary where Deno's host is out of reach
TEXT
}

say() { printf 'skerry: %s\n' "$*"; }
fail() { printf 'skerry: %s\n' "$*" >&2; exit 1; }

require_root() {
  [ "$(id -u)" -eq 0 ] || fail "this needs root; try: sudo ./install.sh $*"
}

# A 64-bit kernel may carry a 32-bit system, so both are asked.
require_64_bit() {
  local kernel system
  kernel=$(uname -m)
  system=$(dpkg --print-architecture 2>/dev/null || echo unknown)
  case $kernel/$system in
    armv*/* | */armhf | */armel)
      fail "32-bit ARM is not supported: Deno has no build for it ($kernel, $system)." \
        "Boards from the Raspberry Pi 3 on run the 64-bit Raspberry Pi OS; install that and try again." ;;
    x86_64/* | aarch64/*) ;;
    *) fail "$kernel is not supported; Skerry runs on x86_64 and aarch64" ;;
  esac
}

# Raspberry Pi OS boots with the memory cgroup off; limits would then be ignored.
warn_of_memory_cgroup() {
  local proc=${SKERRY_PROC:-/proc} cgroup=${SKERRY_CGROUP:-/sys/fs/cgroup} file
  grep -qs 'Raspberry Pi' "$proc/device-tree/model" || return 0
  if [ -f "$cgroup/cgroup.controllers" ]; then
    grep -qw memory "$cgroup/cgroup.controllers" && return 0
  else
    awk '$1 == "memory" && $4 == 1 { on = 1 } END { exit !on }' "$proc/cgroups" && return 0
  fi
  file=/boot/cmdline.txt
  [ -e /boot/firmware/cmdline.txt ] && file=/boot/firmware/cmdline.txt
  say "warning: this Raspberry Pi's memory cgroup is off, so memory limits have no effect." \
    "Add 'cgroup_enable=memory cgroup_memory=1' to the one line of $file and reboot." >&2
}

# Whether a program is on the PATH, or one of several files (separated by colons) is there.
has_part() {
  local file
  case $1 in
    /*) for file in ${1//:/ }; do [ -e "$file" ] && return 0; done; return 1 ;;
    *) PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null ;;
  esac
}

install_parts() {
  local part missing=()
  for part in "$@"; do
    has_part "${part%=*}" || missing+=("${part#*=}")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  install_packages "${missing[@]}"
}

install_packages() {
  command -v apt-get >/dev/null || fail "missing: $*; install them with this system's package manager and try again"
  say "installing $*"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

is_pinned_deno() { [ "$("$1" --version 2>/dev/null | awk 'NR == 1 { print $2 }')" = "$DENO_VERSION" ]; }

# The Deno on the PATH may be a script around the program; it knows where the program is.
deno_on_path() {
  command -v deno >/dev/null && is_pinned_deno deno && deno eval 'console.log(Deno.execPath())'
}

install_deno() {
  is_pinned_deno "$DESTDIR$DENO" && return 0
  local found
  mkdir -p "$DESTDIR$LIB_DIR"
  if found=$(deno_on_path); then
    install -m 755 "$found" "$DESTDIR$DENO"
  else
    fetch_deno "$DESTDIR$DENO"
  fi
  is_pinned_deno "$DESTDIR$DENO" || fail "Deno $DENO_VERSION does not run on this machine: $("$DESTDIR$DENO" --version 2>&1 | head -n 1)"
}

# From Python's package index: pip is small and checks what it gets.
fetch_deno() {
  local dir
  say "installing Deno $DENO_VERSION"
  python3 -m pip --version >/dev/null 2>&1 || install_packages python3-pip
  dir=$(mktemp -d)
  python3 -m pip install --quiet --no-deps --root-user-action=ignore --target "$dir" "deno==$DENO_VERSION" ||
    fail "could not get Deno $DENO_VERSION from Python's package index; put the program 'deno' of that version on the PATH and try again"
  install -m 755 "$dir/bin/deno" "$1"
  rm -rf "$dir"
}

run_deno() { PATH=$DESTDIR$LIB_DIR:$PATH "$DESTDIR$DENO" "$@"; }

# One compiled binary where denort can be had; else the same bundle behind a script.
install_program() {
  local binary
  binary=dist/skerry-$(uname -m)
  rm -f "$binary"
  run_deno task --quiet build
  mkdir -p "$DESTDIR$LIB_DIR" "$DESTDIR$(dirname $PROGRAM)"
  if [ -x "$binary" ]; then
    install -m 755 "$binary" "$DESTDIR$PROGRAM.new"
    say "installed the compiled binary"
  else
    install -m 644 dist/skerry.js "$DESTDIR$LIB_DIR/skerry.js.new"
    mv "$DESTDIR$LIB_DIR/skerry.js.new" "$DESTDIR$LIB_DIR/skerry.js"
    install -m 755 dist/skerry.sh "$DESTDIR$PROGRAM.new"
    say "no denort of Deno $DENO_VERSION can be had here, so the bundle was laid down beside the Deno runtime"
  fi
  mv "$DESTDIR$PROGRAM.new" "$DESTDIR$PROGRAM"
}

# What a user may have changed is never overwritten.
install_configuration() {
  install -d -m 755 "$DESTDIR/etc/skerry" "$DESTDIR/etc/skerry/manifests" "$DESTDIR/etc/cni/net.d"
  install -d -m 700 "$DESTDIR/var/lib/skerry" "$DESTDIR/var/lib/skerry/images"
  [ -e "$DESTDIR/etc/skerry/config.yaml" ] ||
    install -m 644 deploy/config.yaml "$DESTDIR/etc/skerry/config.yaml"
  if [ -z "$(find "$DESTDIR/etc/cni/net.d" -name '*.conf*' -print -quit)" ]; then
    install -m 644 deploy/10-skerry.conflist "$DESTDIR/etc/cni/net.d/10-skerry.conflist"
    say "no pod network was configured; installed the bridge of /etc/cni/net.d/10-skerry.conflist"
  fi
}

systemd_runs() { [ -z "$DESTDIR" ] && [ -d /run/systemd/system ]; }

install_service() {
  install -d "$DESTDIR$(dirname $UNIT)"
  install -m 644 deploy/skerry.service "$DESTDIR$UNIT"
  if ! systemd_runs; then
    say "systemd does not run here: $UNIT is in place, start the agent with '$PROGRAM run'"
    return 0
  fi
  systemctl daemon-reload
  systemctl enable --quiet skerry.service
  systemctl restart skerry.service
  say "the service runs; put manifests into /etc/skerry/manifests and look at them with 'skerry pods'"
}

install_all() {
  require_root "$@"
  require_64_bit
  warn_of_memory_cgroup
  [ -n "$DESTDIR" ] || install_parts "${NODE_PARTS[@]}"
  install_deno
  install_program
  install_configuration
  install_service
}

# The agent ends what no manifest names; its grace periods are the pods' own.
stop_pods() {
  local seconds manifests=$DESTDIR/etc/skerry/manifests
  [ -x "$DESTDIR$PROGRAM" ] && "$DESTDIR$PROGRAM" status >/dev/null 2>&1 || fail "the agent does not run, so it cannot end its pods"
  mkdir -p "$manifests.stopped"
  find "$manifests" -mindepth 1 -maxdepth 1 -exec mv -t "$manifests.stopped" {} +
  for ((seconds = 0; seconds < 600; seconds++)); do
    "$DESTDIR$PROGRAM" pods -o json | grep -q '"kind": *"Pod"' || { say "all pods have ended; their manifests are in $manifests.stopped"; return 0; }
    sleep 1
  done
  fail "some pods have not ended within 10 minutes; see '$PROGRAM pods'"
}

uninstall() {
  local option stop='' purge=''
  for option in "$@"; do
    case $option in
      --stop-pods) stop=yes ;;
      --purge) purge=yes ;;
      *) usage >&2; exit 2 ;;
    esac
  done
  require_root --uninstall "$@"
  [ -z "$stop" ] || stop_pods
  if systemd_runs; then systemctl disable --quiet --now skerry.service 2>/dev/null || true; fi
  rm -f "$DESTDIR$UNIT" "$DESTDIR$PROGRAM"
  rm -rf "$DESTDIR$LIB_DIR"
  if systemd_runs; then systemctl daemon-reload; fi
  if [ -n "$purge" ]; then rm -rf "$DESTDIR/etc/skerry" "$DESTDIR/var/lib/skerry"; fi
  say "removed"
  [ -n "$stop" ] || say "containers that ran go on running; 'crictl' or 'ctr -n k8s.io' shows them"
}

demo() {
  require_root --demo "$@"
  require_64_bit
  install_parts "${LAB_PARTS[@]}"
  install_deno
  run_deno run --quiet --allow-all deploy/build.ts --bundle-only
  PATH=$LIB_DIR:$PATH exec "$DENO" run --quiet --allow-all deploy/demo.ts "$@"
}

run_tests() {
  require_root --test
  require_64_bit
  install_parts "${TEST_PARTS[@]}"
  install_deno
  PATH=$LIB_DIR:$PATH exec "$DENO" task --quiet test
}

case ${1:-} in
  '') install_all ;;
  --demo) shift; demo "$@" ;;
  --test) [ $# -eq 1 ] || { usage >&2; exit 2; }; run_tests ;;
  --uninstall) shift; uninstall "$@" ;;
  -h | --help) usage ;;
  *) usage >&2; exit 2 ;;
esac
