# Sourced by ./quickstart and ./test: brings the npm dependencies, Node 26 among them, with any Node from 20 on.

say_and_exit() {
  printf '%s: %s\n' "$program" "$1" >&2
  [ -z "${2:-}" ] || printf '%s\n' "$2" >&2
  exit 1
}

check_first_node() {
  command -v node >/dev/null 2>&1 || say_and_exit 'Node.js is missing; any version from 20 on will do.' \
    'On Debian 13 or Ubuntu 25.04: apt-get install nodejs npm. Else see https://nodejs.org/en/download'
  node_major=$(node -p 'process.versions.node.split(".")[0]')
  [ "$node_major" -ge 20 ] || say_and_exit "Node.js $node_major is too old; 20 or newer is needed." 'See https://nodejs.org/en/download'
  command -v npm >/dev/null 2>&1 || say_and_exit 'npm is missing; it usually comes with Node.js.' 'On Debian and Ubuntu: apt-get install npm'
}

# Arguments: what npm ci is to leave out or bring, such as --omit=dev.
install_dependencies() {
  # npm would empty the folder that it points to, which somebody else may be using.
  [ ! -L node_modules ] || say_and_exit 'node_modules is a symbolic link, and what it points to does not fit.' 'Remove the link.'
  began=$(date +%s)
  printf 'Installing what Berth is made of (npm) ...\n'
  log=$(mktemp)
  npm ci "$@" --include=optional --ignore-scripts --no-audit --no-fund >"$log" 2>&1 || {
    cat "$log" >&2
    rm -f "$log"
    say_and_exit 'npm could not install the dependencies (see above).' "Is the network there? Then run ./$program again."
  }
  rm -f "$log"
  printf 'done    npm dependencies  (%s s)\n' "$(($(date +%s) - began))"
}

check_node_26() {
  [ -x node_modules/.bin/node ] ||
    say_and_exit "there is no Node 26 for this kind of machine ($(uname -sm))." 'Berth runs on Linux, x64 and arm64.'
  node_modules/.bin/node --version >/dev/null 2>&1 && return
  # The one library that its binary needs beyond what every Debian has.
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    printf 'Installing libatomic1, which Node 26 needs ...\n'
    { apt-get install -y --no-install-recommends libatomic1 || { apt-get update && apt-get install -y --no-install-recommends libatomic1; }; } >/dev/null 2>&1 || :
  fi
  node_modules/.bin/node --version >/dev/null ||
    say_and_exit 'Node 26 does not start (see above).' 'On Debian and Ubuntu: apt-get install libatomic1'
}
