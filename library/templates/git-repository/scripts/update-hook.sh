#!/bin/sh
# git calls this with REF OLD NEW before it moves a ref. The protected branch only moves forward; that it is not
# deleted is git's own rule, because it is the one that HEAD names.
protected=$(git config arpent.protected || true)
[ -n "$protected" ] && [ "$1" = "refs/heads/$protected" ] || exit 0

git merge-base --is-ancestor "$2" "$3" || {
	echo "$protected is protected: its history cannot be rewritten." >&2
	exit 1
}
