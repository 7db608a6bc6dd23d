#!/bin/sh
# Makes, writes or deletes one site's folder. All it needs is in the environment, and doing the same twice is no harm.
set -eu
umask 022

write() {
	mkdir -p "$SITE"
	# Readers get the old page or the new one, never half of one.
	printf '%s' "$PAGE" >"$SITE/.index.html.$$"
	mv "$SITE/.index.html.$$" "$SITE/index.html"
}

case $SITE in
/*/sites/*/*) ;;
*) echo "not a site of ours: $SITE" >&2; exit 1 ;;
esac

case $1 in
create) mkdir -p "$SITE" ;;
write) write ;;
delete) rm -rf -- "$SITE" ;;
*) echo "unknown action: $1" >&2; exit 1 ;;
esac
