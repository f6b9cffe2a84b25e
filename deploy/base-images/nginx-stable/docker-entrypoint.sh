#!/bin/sh
set -e
# What an image that is built on this one puts there, in the order of the names.
for script in /docker-entrypoint.d/*; do
  case "$script" in
    *.envsh) [ ! -x "$script" ] || . "$script" ;;
    *.sh) [ ! -x "$script" ] || "$script" ;;
  esac
done
exec "$@"
