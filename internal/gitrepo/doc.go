// Package gitrepo reads and writes git repositories without a checkout and without the git program. It knows
// no subject of ours: it moves folders of files, commits and references.
//
// Reading a library, which nobody here trusts: [Fetch] brings one tree of a repository (https, ssh, a local
// path, a plain folder) into a cache folder and gives a [Snapshot], an immutable fs.FS with its version.
// Everything is bounded by [Limits], and a tree is looked at whole before anybody sees a part of it: a path
// that climbs out, a symbolic link that leads out, a submodule, a file that is too large give a fault that
// names the path or the limit, and the cache is left as it was.
//
// Writing the private repository, which several processes share: [Open] gives a [Repository], local and bare,
// or remote. [Repository.Commit] replaces one folder on a branch of its own, [Repository.Merge] brings that
// folder to the main branch. References are moved by compare-and-swap only, so writers of different folders
// never lose each other's work, and a folder that moved meanwhile is an [ErrFolderMoved].
package gitrepo
