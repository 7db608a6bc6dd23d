#!/bin/sh
# Makes, sets up, archives or deletes one bare git repository. All it needs is in the environment, and
# doing the same twice is no harm: a run that was interrupted begins again.
set -eu
umask 022

# Nothing of the account or the machine that runs this may end up in the repository.
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
export GIT_AUTHOR_NAME=Arpent GIT_AUTHOR_EMAIL=arpent@localhost
export GIT_COMMITTER_NAME=Arpent GIT_COMMITTER_EMAIL=arpent@localhost
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE

in_repository() { git --git-dir="$REPOSITORY" "$@"; }

create() {
	mkdir -p "$(dirname "$REPOSITORY")"
	git init --quiet --bare --template= "$REPOSITORY"
	in_repository symbolic-ref HEAD "refs/heads/$BRANCH"
	in_repository rev-parse --quiet --verify HEAD >/dev/null && return
	blob=$(printf '# %s\n\n%s\n' "$NAME" "$DESCRIPTION" | in_repository hash-object -w --stdin)
	tree=$(printf '100644 blob %s\tREADME.md\n' "$blob" | in_repository mktree)
	commit=$(in_repository commit-tree -m "Begin $NAME" "$tree")
	in_repository update-ref "refs/heads/$BRANCH" "$commit"
}

settings() {
	if ! in_repository rev-parse --quiet --verify "refs/heads/$BRANCH" >/dev/null; then
		in_repository update-ref "refs/heads/$BRANCH" "$(in_repository rev-parse HEAD)"
	fi
	in_repository symbolic-ref HEAD "refs/heads/$BRANCH"
	in_repository config arpent.protected "$PROTECTED"
	printf '%s\n' "$DESCRIPTION" >"$REPOSITORY/description"
	mkdir -p "$REPOSITORY/hooks"
	cp "$(dirname "$SCRIPT")/update-hook.sh" "$REPOSITORY/hooks/update"
	chmod 755 "$REPOSITORY/hooks/update"
}

archive() {
	[ -e "$REPOSITORY" ] || return 0
	mkdir -p "$(dirname "$ARCHIVE")"
	mv "$REPOSITORY" "$ARCHIVE-$(date -u +%Y%m%dT%H%M%SZ)-$$.git"
}

case $REPOSITORY in
/*.git) ;;
*) echo "not a repository of ours: $REPOSITORY" >&2; exit 1 ;;
esac

case $1 in
create) create ;;
settings) settings ;;
archive) archive ;;
delete) rm -rf -- "$REPOSITORY" ;;
*) echo "unknown action: $1" >&2; exit 1 ;;
esac
