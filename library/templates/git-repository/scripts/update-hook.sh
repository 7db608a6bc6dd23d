#!/bin/sh
# git calls this with REF OLD NEW before it moves a ref. The protected branch only moves forward.
protected=$(git config arpent.protected || true)
[ -n "$protected" ] && [ "$1" = "refs/heads/$protected" ] || exit 0

case $3 in
*[!0]*) ;;
*) echo "$protected is protected: it cannot be deleted." >&2; exit 1 ;;
esac
case $2 in
*[!0]*) ;;
*) exit 0 ;;
esac
git merge-base --is-ancestor "$2" "$3" || {
	echo "$protected is protected: its history cannot be rewritten." >&2
	exit 1
}
