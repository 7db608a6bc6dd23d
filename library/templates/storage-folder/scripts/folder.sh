#!/bin/sh
# Makes, fills, archives or deletes one shared folder. All it needs is in the environment, and doing the same
# twice is no harm.
set -eu
umask 027

# put FILE TEXT: others may be reading, so a file is never half written.
put() {
	printf '%s\n' "$2" >"$1.$$"
	mv "$1.$$" "$1"
}

write() {
	mkdir -p "$FOLDER/.arpent"
	put "$FOLDER/README.md" "$README"
	put "$FOLDER/.arpent/quota.json" "$QUOTA"
	put "$FOLDER/.arpent/members.json" "$MEMBERS"
	printf '%s\n' "$SUBFOLDERS" | while IFS= read -r name; do
		[ -z "$name" ] || mkdir -p "$FOLDER/$name"
	done
}

archive() {
	[ -e "$FOLDER" ] || return 0
	mkdir -p "$(dirname "$ARCHIVE")"
	mv "$FOLDER" "$ARCHIVE-$(date -u +%Y%m%dT%H%M%SZ)-$$"
}

case $FOLDER in
/*/folders/*/*) ;;
*) echo "not a folder of ours: $FOLDER" >&2; exit 1 ;;
esac

case $1 in
create) mkdir -p "$FOLDER" ;;
write) write ;;
archive) archive ;;
delete) rm -rf -- "$FOLDER" ;;
*) echo "unknown action: $1" >&2; exit 1 ;;
esac
