package gitrepo

import (
	"errors"
	"time"

	"github.com/arpent/arpent/internal/fault"
)

// ErrFolderMoved is the cause of the Conflict that Merge returns when the folder changed on the main branch
// after the branch was made: render it again on the new main and commit again.
var ErrFolderMoved = errors.New("the folder moved")

func errAddress(address string) error {
	return fault.New(fault.Invalid, fault.Text{
		EN: "%q is no address of a git repository: give https://…, ssh://…, git@host:path, file:///… or an absolute path",
		FR: "%q n’est pas l’adresse d’un dépôt git : donnez https://…, ssh://…, git@hôte:chemin, file:///… ou un chemin absolu",
	}, address)
}

func errPasswordInAddress() error {
	return fault.New(fault.Invalid, fault.Text{
		EN: "The address holds a password: put it into the credential, where it is sealed",
		FR: "L’adresse contient un mot de passe : mettez-le dans l’identifiant d’accès, où il est scellé",
	})
}

func errKey(cause error) error {
	return fault.New(fault.Invalid, fault.Text{
		EN: "The private key cannot be read: is it whole, and its passphrase right?",
		FR: "La clé privée est illisible : est-elle entière, et sa phrase secrète est-elle juste ?",
	}).Because(cause)
}

func errKnownHosts(cause error) error {
	return fault.New(fault.Invalid, fault.Text{
		EN: "The list of known hosts cannot be read: give lines as in ~/.ssh/known_hosts",
		FR: "La liste des hôtes connus est illisible : donnez des lignes comme dans ~/.ssh/known_hosts",
	}).Because(cause)
}

func errCertificates() error {
	return fault.New(fault.Invalid, fault.Text{
		EN: "The certificates of the credential are not in PEM format",
		FR: "Les certificats de l’identifiant d’accès ne sont pas au format PEM",
	})
}

func errUnreachable(host string, cause error) error {
	return fault.New(fault.Unavailable, fault.Text{
		EN: "The git server %s cannot be reached: check the address and the network, then try again",
		FR: "Le serveur git %s est injoignable : vérifiez l’adresse et le réseau, puis réessayez",
	}, host).Because(cause)
}

func errServer(host, said string) error {
	return fault.New(fault.Unavailable, fault.Text{
		EN: "The git server %s answered: %s", FR: "Le serveur git %s a répondu : %s",
	}, host, said)
}

func errRefused(host string, cause error) error {
	return fault.New(fault.Denied, fault.Text{
		EN: "The git server %s refused the credential: check it, and that it may do this",
		FR: "Le serveur git %s a refusé l’identifiant d’accès : vérifiez-le, ainsi que ses droits",
	}, host).Because(cause)
}

func errHostKey(host string, cause error) error {
	return fault.New(fault.Denied, fault.Text{
		EN: "The key of the git server %s is not the one that is known: either the server was reinstalled, or somebody stands between",
		FR: "La clé du serveur git %s n’est pas celle qui est connue : soit le serveur a été réinstallé, soit quelqu’un s’interpose",
	}, host).Because(cause)
}

func errNoRepository(place string, cause error) error {
	return fault.New(fault.NotFound, fault.Text{
		EN: "There is no git repository at %s, or the credential may not see it",
		FR: "Il n’y a pas de dépôt git à %s, ou l’identifiant d’accès ne permet pas de le voir",
	}, place).Because(cause)
}

func errNotGit(path string) error {
	return fault.New(fault.Invalid, fault.Text{
		EN: "The folder %s holds files but is no git repository", FR: "Le dossier %s contient des fichiers mais n’est pas un dépôt git",
	}, path)
}

func errEmpty(place string) error {
	return fault.New(fault.NotFound, fault.Text{
		EN: "The git repository %s is empty", FR: "Le dépôt git %s est vide",
	}, place)
}

func errNoRef(ref string) error {
	return fault.New(fault.NotFound, fault.Text{
		EN: "The repository has no branch, tag or commit %q", FR: "Le dépôt n’a ni branche, ni étiquette, ni commit %q",
	}, ref)
}

func errRefName(name string) error {
	return fault.New(fault.Invalid, fault.Text{
		EN: "%q is no name for a branch", FR: "%q n’est pas un nom de branche",
	}, name)
}

func errProtocol(host string, cause error) error {
	return fault.New(fault.Unavailable, fault.Text{
		EN: "What %s sends is not git's protocol", FR: "Ce que %s envoie n’est pas le protocole de git",
	}, host).Because(cause)
}

func errCorrupt(cause error) error {
	return fault.New(fault.Invalid, fault.Text{
		EN: "The repository is damaged or forged: its objects cannot be read",
		FR: "Le dépôt est endommagé ou falsifié : ses objets sont illisibles",
	}).Because(cause)
}

func errManyBytes(limit int64) error {
	return fault.New(fault.Limited, fault.Text{
		EN: "The repository is too large: more than %s", FR: "Le dépôt est trop volumineux : plus de %s",
	}, byteSize(limit))
}

func errManyFiles(limit int) error {
	return fault.New(fault.Limited, fault.Text{
		EN: "The repository has too many files: more than %d", FR: "Le dépôt a trop de fichiers : plus de %d",
	}, limit)
}

func errLargeFile(path string, size, limit int64) error {
	return fault.New(fault.Limited, fault.Text{
		EN: "The file %q is too large: %s, the limit is %s", FR: "Le fichier %q est trop volumineux : %s, la limite est de %s",
	}, path, byteSize(size), byteSize(limit))
}

func errLargeObject(size, limit int64) error {
	return fault.New(fault.Limited, fault.Text{
		EN: "The repository holds a file of %s; the limit for one file is %s",
		FR: "Le dépôt contient un fichier de %s ; la limite pour un fichier est de %s",
	}, byteSize(size), byteSize(limit))
}

func errSlow(limit time.Duration) error {
	return fault.New(fault.Limited, fault.Text{
		EN: "Reading the repository took longer than %s", FR: "La lecture du dépôt a duré plus de %s",
	}, limit.String())
}

func errPath(path string) error {
	return fault.New(fault.Invalid, fault.Text{
		EN: "The path %q is not allowed: it climbs, names .git, or holds characters that no file name should",
		FR: "Le chemin %q n’est pas permis : il remonte, nomme .git ou contient des caractères interdits dans un nom de fichier",
	}, path)
}

func errTwice(path, other string) error {
	return fault.New(fault.Invalid, fault.Text{
		EN: "The paths %q and %q are the same to some systems: rename one", FR: "Les chemins %q et %q sont identiques pour certains systèmes : renommez l’un d’eux",
	}, path, other)
}

func errSubmodule(path string) error {
	return fault.New(fault.Invalid, fault.Text{
		EN: "%q is a submodule, and these are not followed: copy its files into the repository",
		FR: "%q est un sous-module, et ceux-ci ne sont pas suivis : copiez ses fichiers dans le dépôt",
	}, path)
}

func errKind(path string) error {
	return fault.New(fault.Invalid, fault.Text{
		EN: "%q is neither a file nor a folder nor a symbolic link", FR: "%q n’est ni un fichier, ni un dossier, ni un lien symbolique",
	}, path)
}

func errLink(path, target string) error {
	return fault.New(fault.Invalid, fault.Text{
		EN: "The symbolic link %q leads out of the repository, in a circle, nowhere, or to a folder with such links: %q",
		FR: "Le lien symbolique %q mène hors du dépôt, en rond, nulle part ou à un dossier contenant de tels liens : %q",
	}, path, target)
}

func errFolderMoved(folder string) error {
	return fault.New(fault.Conflict, fault.Text{
		EN: "The folder %q changed meanwhile: the change must be made again on what is there now",
		FR: "Le dossier %q a changé entre-temps : la modification est à refaire sur ce qui s’y trouve maintenant",
	}, folder).Because(ErrFolderMoved)
}

func errBusy(branch string, cause error) error {
	return fault.New(fault.Unavailable, fault.Text{
		EN: "The branch %q moves too fast to be written: try again", FR: "La branche %q change trop vite pour être écrite : réessayez",
	}, branch).Because(cause)
}

func errDeclined(host, branch, said string) error {
	return fault.New(fault.Denied, fault.Text{
		EN: "The git server %s does not let us write the branch %q: %s", FR: "Le serveur git %s ne permet pas d’écrire la branche %q : %s",
	}, host, branch, said)
}

func errNoFolder(folder, ref string) error {
	return fault.New(fault.NotFound, fault.Text{
		EN: "There is no folder %q at %q", FR: "Il n’y a pas de dossier %q à %q",
	}, folder, ref)
}

func errUnreadable(path string, cause error) error {
	return fault.New(fault.Unavailable, fault.Text{
		EN: "%q cannot be read: check that it is there and may be read", FR: "%q est illisible : vérifiez qu’il existe et que la lecture est permise",
	}, path).Because(cause)
}
