package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/library"
	"github.com/arpent/arpent/ent/planfile"
	"github.com/arpent/arpent/ent/statebody"
	entworker "github.com/arpent/arpent/ent/worker"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/catalog"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/gitrepo"
	"github.com/arpent/arpent/internal/provision"
	"github.com/arpent/arpent/internal/queue"
	"github.com/arpent/arpent/internal/runner"
	"github.com/arpent/arpent/internal/secret"
)

// Level says how a part is.
type Level string

// The levels. Only a problem makes the doctor fail.
const (
	OK      Level = "ok"
	Warning Level = "warning"
	Problem Level = "problem"
)

// Finding is what the doctor says of a part, and what to do about it. It holds no secret.
type Finding struct {
	Part   string     `json:"part"`
	Level  Level      `json:"level"`
	What   fault.Text `json:"what"`
	Remedy fault.Text `json:"remedy,omitzero"`
}

// doctor looks at an installation from outside. It changes nothing, so that it can look beside a server at work.
type doctor struct {
	config   Config
	findings []Finding
	db       *database.DB
	keys     *secret.Keyring
}

// examination is how long one part is looked at.
const examination = 15 * time.Second

// Examine looks at every part of an installation.
func Examine(ctx context.Context, config Config) []Finding {
	ctx = access.As(ctx, "doctor")
	d := &doctor{config: config}
	if dir, err := filepath.Abs(config.DataDir); err == nil {
		d.config.DataDir = dir
	}
	if err := config.Validate(); err != nil {
		list, _ := fault.AsList(err)
		for _, e := range list {
			d.say("settings", Problem, e.Text(), fault.Text{EN: "Mend the flag or its variable.", FR: "Corrigez l’option ou sa variable."})
		}
		return d.findings
	}
	for _, look := range []func(context.Context){
		d.disk, d.database, d.redis, d.key, d.repository, d.libraries, d.engine, d.workers, d.address,
	} {
		within, cancel := context.WithTimeout(ctx, examination)
		look(within)
		cancel()
	}
	if d.db != nil {
		_ = d.db.Close()
	}
	return d.findings
}

func (d *doctor) say(part string, level Level, what fault.Text, remedy fault.Text) {
	d.findings = append(d.findings, Finding{Part: part, Level: level, What: what, Remedy: remedy})
}

func (d *doctor) well(part string, what fault.Text) { d.say(part, OK, what, fault.Text{}) }

// texts fills both languages.
func texts(en, fr string, args ...any) fault.Text {
	return fault.Text{EN: fmt.Sprintf(en, args...), FR: fmt.Sprintf(fr, args...)}
}

// roomy is the free space below which a disk is worth a warning.
const roomy = 1 << 30

func (d *doctor) disk(context.Context) {
	if _, err := os.Stat(d.config.DataDir); errors.Is(err, fs.ErrNotExist) {
		d.say("disk", Warning, texts("The data folder %s is not there yet.", "Le dossier de données %s n’existe pas encore.", d.config.DataDir),
			texts("The first start makes it; check --data-dir if there should be one.", "Le premier démarrage le crée ; vérifiez --data-dir s’il devrait exister."))
		return
	}
	for _, dir := range []string{d.config.DataDir, os.TempDir()} {
		if err := writable(dir); err != nil {
			e, _ := fault.As(err)
			d.say("disk", Problem, fault.Text{EN: dir + ": " + e.Message("en"), FR: dir + " : " + e.Message("fr")},
				texts("Free space on the disk, or give the folder to the user that runs Arpent.", "Libérez de la place, ou donnez le dossier à l’utilisateur qui exécute Arpent."))
			continue
		}
		free, err := freeSpace(dir)
		if err == nil && free < roomy {
			d.say("disk", Warning, texts("%s has %d MiB left.", "Il reste %[2]d Mio à %[1]s.", dir, free>>20),
				texts("Runs, plans and repositories need room: make some.", "Les exécutions, les plans et les dépôts ont besoin de place : faites-en."))
			continue
		}
		d.well("disk", texts("%s can be written, %d GiB are free.", "%s est accessible en écriture, %d Gio sont libres.", dir, free>>30))
	}
}

func (d *doctor) database(ctx context.Context) {
	url := d.config.databaseURL()
	if file, embedded := strings.CutPrefix(url, "sqlite:"); embedded {
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			d.say("database", Warning, texts("There is no database yet.", "Il n’y a pas encore de base de données."),
				texts("The first start makes it; name PostgreSQL with --database-url if it is there.", "Le premier démarrage la crée ; indiquez PostgreSQL avec --database-url si elle s’y trouve."))
			return
		}
	}
	db, err := database.Open(ctx, url)
	if err != nil {
		d.say("database", Problem, texts("The database cannot be reached: %s", "La base de données est inaccessible : %s", short(err)),
			texts("Start it, and compare host, port, user and password in ARPENT_DATABASE_URL.", "Démarrez-la, et comparez l’hôte, le port, l’utilisateur et le mot de passe dans ARPENT_DATABASE_URL."))
		return
	}
	d.db = db
	asked := time.Now()
	product, at, err := db.About(ctx)
	if err != nil {
		d.say("database", Problem, texts("The database does not answer: %s", "La base de données ne répond pas : %s", short(err)), fault.Text{})
		return
	}
	d.well("database", texts("%s answers.", "%s répond.", product))
	d.clock(texts("the database", "la base de données"), clocksApart(asked, at, time.Now()))
	d.migrations(ctx)
}

func (d *doctor) migrations(ctx context.Context) {
	have, want, err := d.db.Version(ctx)
	switch {
	case err != nil:
		d.say("migrations", Problem, texts("The database holds no installation of Arpent.", "La base de données ne contient pas d’installation d’Arpent."),
			texts("Start the server or run arpent migrate; check that this is the right database.", "Démarrez le serveur ou lancez arpent migrate ; vérifiez qu’il s’agit de la bonne base."))
	case have < want:
		d.say("migrations", Problem, texts("The database is at version %d, this program needs %d.", "La base de données est à la version %d, ce programme demande la %d.", have, want),
			texts("Make a backup and run arpent migrate.", "Faites une sauvegarde et lancez arpent migrate."))
	case have > want:
		d.say("migrations", Warning, texts("The database is at version %d, newer than this program (%d).", "La base de données est à la version %d, plus récente que ce programme (%d).", have, want),
			texts("Use the newer program here too.", "Utilisez ici aussi le programme le plus récent."))
	default:
		d.well("migrations", texts("The database is at this program's version.", "La base de données est à la version de ce programme."))
		d.search(ctx)
	}
}

// search looks whether names are found by an index that PostgreSQL makes only with an extension.
func (d *doctor) search(ctx context.Context) {
	if finds, err := d.db.FindsParts(ctx); err != nil || finds {
		return // an error has been found fault with already
	}
	d.say("search", Warning, texts("A search for a part of a server's name reads all names: PostgreSQL lacks its extension pg_trgm.",
		"Une recherche d’une partie du nom d’un serveur lit tous les noms : l’extension pg_trgm manque à PostgreSQL."),
		texts("Let its administrator run CREATE EXTENSION pg_trgm in the database, and start Arpent again.",
			"Faites exécuter CREATE EXTENSION pg_trgm dans la base par son administrateur, et redémarrez Arpent."))
}

// skew is how far clocks may be apart: leases and tokens are counted by them.
const skew = 2 * time.Second

// clocksApart is how far a clock is from ours at least, that told its time between two moments of ours: how long the
// answer took is no fault of the clock.
func clocksApart(asked, at, answered time.Time) time.Duration {
	return max(0, asked.Sub(at), at.Sub(answered))
}

func (d *doctor) clock(whose fault.Text, apart time.Duration) {
	if apart = apart.Round(time.Millisecond); apart > skew {
		d.say("clock", Problem, fault.Text{
			EN: fmt.Sprintf("This machine's clock and that of %s are %s apart.", whose.EN, apart),
			FR: fmt.Sprintf("L’horloge de cette machine et celle de %s diffèrent de %s.", whose.FR, apart),
		}, texts("Let both keep time by NTP.", "Réglez les deux par NTP."))
		return
	}
	d.well("clock", fault.Text{
		EN: "This machine's clock agrees with that of " + whose.EN + ".", FR: "L’horloge de cette machine s’accorde avec celle de " + whose.FR + ".",
	})
}

func (d *doctor) redis(ctx context.Context) {
	if d.config.RedisURL == "" {
		d.well("redis", texts("The queue is within the server.", "La file est dans le serveur."))
		return
	}
	client, err := queue.Connect(d.config.RedisURL)
	if err == nil {
		defer func() { _ = client.Close() }()
		err = client.Ping(ctx)
	}
	if err != nil {
		e, _ := fault.As(err)
		what := texts("Redis cannot be reached.", "Redis est inaccessible.")
		if e != nil {
			what = e.Text()
		}
		d.say("redis", Problem, what, texts("Start it, and compare host, port and password in ARPENT_REDIS_URL. Nothing is lost meanwhile.",
			"Démarrez-le, et comparez l’hôte, le port et le mot de passe dans ARPENT_REDIS_URL. Rien ne se perd entre-temps."))
		return
	}
	asked := time.Now()
	about, err := client.About(ctx)
	if err != nil {
		d.say("redis", Warning, texts("Redis answers, but does not tell about itself.", "Redis répond, mais ne dit rien de lui-même."),
			texts("Allow INFO and TIME to its user to have version and clock checked.", "Autorisez INFO et TIME à son utilisateur pour vérifier la version et l’horloge."))
		return
	}
	d.clock(texts("Redis", "Redis"), clocksApart(asked, about.Time, time.Now()))
	if about.Evicts() {
		d.say("redis", Warning, texts("Redis %s drops keys when its memory is full (%s).", "Redis %s abandonne des clés quand sa mémoire est pleine (%s).", about.Version, about.Policy),
			texts("Set maxmemory-policy noeviction: runs start late otherwise.", "Réglez maxmemory-policy sur noeviction : sinon des exécutions démarrent en retard."))
		return
	}
	d.well("redis", texts("Redis %s answers.", "Redis %s répond.", about.Version))
}

func (d *doctor) key(ctx context.Context) {
	ring, err := d.config.presentKeys()
	if err != nil || ring == nil {
		what := texts("There is no secret key yet.", "Il n’y a pas encore de clé secrète.")
		level := Warning
		if err != nil {
			what, level = texts("The secret key cannot be read: %s", "La clé secrète est illisible : %s", short(err)), Problem
		}
		if d.sealed(ctx) != nil {
			level = Problem
		}
		d.say("key", level, what, texts("Put the key that sealed the data into %s or into ARPENT_SECRET_KEY. The first start makes one where there is no data.",
			"Placez la clé qui a scellé les données dans %s ou dans ARPENT_SECRET_KEY. Le premier démarrage en crée une s’il n’y a pas de données.", filepath.Join(d.config.DataDir, keyFile)))
		return
	}
	d.keys = ring
	for _, id := range d.sealed(ctx) {
		if !slices.Contains(ring.IDs(), id) {
			d.say("key", Problem, texts("Data was sealed with the key %s, which is not here (here: %s).", "Des données ont été scellées avec la clé %s, qui n’est pas là (présente : %s).", id, strings.Join(ring.IDs(), ", ")),
				texts("Add it behind the others in ARPENT_SECRET_KEY, separated by a comma, or as a line of the key file.", "Ajoutez-la après les autres dans ARPENT_SECRET_KEY, séparée par une virgule, ou comme ligne du fichier de clés."))
			return
		}
	}
	d.well("key", texts("The secret key %s opens what is sealed.", "La clé secrète %s ouvre ce qui est scellé.", ring.IDs()[0]))
}

// sealed names the keys that the newest and the oldest sealed values need.
func (d *doctor) sealed(ctx context.Context) (ids []string) {
	if d.db == nil {
		return nil
	}
	add := func(value []byte, err error) {
		if id, ok := secret.KeyOf(value); err == nil && ok && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	client := d.db.Client(ctx)
	for _, order := range []sql.OrderTermOption{sql.OrderAsc(), sql.OrderDesc()} {
		if state, err := client.StateBody.Query().Order(statebody.ByID(order)).First(ctx); err == nil {
			add(state.Sealed, nil)
		}
		if plan, err := client.PlanFile.Query().Order(planfile.ByID(order)).First(ctx); err == nil {
			add(plan.Sealed, nil)
		}
	}
	rows, err := client.Library.Query().Where(library.SealedCredentialNotNil()).All(ctx)
	for _, row := range rows {
		add(row.SealedCredential, err)
	}
	return ids
}

func (d *doctor) repository(ctx context.Context) {
	dir := filepath.Join(d.config.DataDir, repositoryFolder)
	remote := d.config.RepositoryURL != ""
	if _, err := os.Stat(dir); !remote && errors.Is(err, fs.ErrNotExist) {
		d.say("git", Warning, texts("There is no private repository yet.", "Il n’y a pas encore de dépôt privé."),
			texts("The first start makes it in the data folder.", "Le premier démarrage le crée dans le dossier de données."))
		return
	}
	credential := gitrepo.Credential{Username: d.config.RepositoryUser, Token: d.config.RepositoryPassword}
	where, address := "", d.config.RepositoryURL
	if !remote {
		where, address = dir, dir
		if err := writable(dir); err != nil {
			d.say("git", Problem, texts("The private repository %s cannot be written.", "Le dépôt privé %s n’est pas accessible en écriture.", dir),
				texts("Give the folder to the user that runs Arpent.", "Donnez le dossier à l’utilisateur qui exécute Arpent."))
			return
		}
	}
	if err := gitrepo.Reach(ctx, gitrepo.Source{URL: address, Credential: credential}, true); err != nil {
		d.say("git", Problem, texts("The private repository %s cannot be read and written: %s", "Le dépôt privé %s n’est pas accessible en lecture et en écriture : %s", where, short(err)),
			texts("Compare --repository-url and its credential with what git ls-remote says; the credential has to allow pushing.", "Comparez --repository-url et son accès avec ce que dit git ls-remote ; l’accès doit permettre de pousser."))
		return
	}
	d.well("git", texts("The private repository can be read and written.", "Le dépôt privé est accessible en lecture et en écriture."))
}

func (d *doctor) libraries(ctx context.Context) {
	if d.db == nil {
		return
	}
	rows, err := d.db.Client(ctx).Library.Query().Where(library.URLNEQ(catalog.BuiltinURL)).All(ctx)
	if err != nil {
		return // the database has been found fault with already
	}
	for _, row := range rows {
		if err := d.reachLibrary(ctx, row); err != nil {
			d.say("libraries", Problem, texts("The library %s cannot be reached: %s", "La bibliothèque %s est inaccessible : %s", row.Name, short(err)),
				texts("Compare its address and credential on the page of the libraries; what was synced goes on working.", "Comparez son adresse et son accès sur la page des bibliothèques ; ce qui a été synchronisé continue de fonctionner."))
			continue
		}
		d.well("libraries", texts("The library %s can be reached.", "La bibliothèque %s est accessible.", row.Name))
	}
}

func (d *doctor) reachLibrary(ctx context.Context, row *ent.Library) error {
	credential, err := catalog.CredentialOf(d.keys, row)
	if err != nil {
		return err
	}
	return gitrepo.Reach(ctx, gitrepo.Source{URL: row.URL, Credential: credential}, false)
}

func (d *doctor) engine(ctx context.Context) {
	path, err := runner.FindEngine(d.config.TerraformBin)
	if err != nil {
		level := Problem
		if d.config.Workers == 0 {
			level = OK
		}
		d.say("engine", level, texts("No OpenTofu or Terraform is found here.", "Aucun OpenTofu ni Terraform n’est trouvé ici."),
			texts("Install one, or name it with --terraform-bin; a server with --workers=0 needs none.", "Installez-en un, ou indiquez-le avec --terraform-bin ; un serveur avec --workers=0 n’en a pas besoin."))
		return
	}
	dir, err := os.MkdirTemp("", "arpent-doctor-*")
	if err != nil {
		return // the disk has been found fault with already
	}
	defer func() { _ = os.RemoveAll(dir) }()
	tool, err := runner.NewTerraform(runner.Config{Binary: path, WorkDir: dir})
	if err == nil {
		defer func() { _ = tool.Close() }()
		var version string
		if version, err = tool.Tool(ctx); err == nil {
			d.well("engine", texts("%s (%s) runs.", "%s (%s) fonctionne.", version, path))
			return
		}
	}
	d.say("engine", Problem, texts("%s does not run: %s", "%s ne fonctionne pas : %s", path, short(err)),
		texts("Run it by hand with the argument version, and install it anew.", "Lancez-le à la main avec l’argument version, et réinstallez-le."))
}

func (d *doctor) workers(ctx context.Context) {
	if d.db == nil {
		return
	}
	client := d.db.Client(ctx)
	alive, err := client.Worker.Query().Where(entworker.SeenAtGT(time.Now().Add(-provision.WorkerSilence)), entworker.Paused(false)).Count(ctx)
	if err != nil {
		return // the database has been found fault with already
	}
	if alive == 0 {
		d.say("workers", Warning, texts("No worker was heard of within the last minute.", "Aucun exécuteur ne s’est manifesté depuis une minute."),
			texts("Start the server with --workers, or arpent-worker; see whether those that are there are paused.", "Démarrez le serveur avec --workers, ou arpent-worker ; voyez si ceux qui sont là sont en pause."))
		return
	}
	d.well("workers", texts("%d workers are alive.", "%d exécuteurs sont en vie.", alive))
}

// address asks the server where people do.
func (d *doctor) address(ctx context.Context) {
	host, port, _ := net.SplitHostPort(d.config.Listen)
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	url := "http://" + net.JoinHostPort(host, port)
	if d.config.PublicURL != "" {
		url = strings.TrimRight(d.config.PublicURL, "/")
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/readyz", nil)
	if err != nil {
		return // Validate has seen to it
	}
	response, err := (&http.Client{}).Do(request)
	if err != nil {
		d.say("address", Warning, texts("Nobody answers at %s.", "Personne ne répond à %s.", url),
			texts("Start the server; behind a proxy, compare --public-url with what the proxy listens on.", "Démarrez le serveur ; derrière un proxy, comparez --public-url avec ce qu’il écoute."))
		return
	}
	_ = response.Body.Close()
	switch {
	case response.Header.Get("X-Request-Id") == "":
		d.say("address", Problem, texts("What answers at %s is not Arpent.", "Ce qui répond à %s n’est pas Arpent.", url),
			texts("Compare --public-url with the proxy's configuration.", "Comparez --public-url avec la configuration du proxy."))
	case response.StatusCode != http.StatusOK:
		d.say("address", Problem, texts("The server at %s answers, but is not ready.", "Le serveur à %s répond, mais n’est pas prêt.", url),
			texts("Open %s/readyz: it names what is away.", "Ouvrez %s/readyz : il nomme ce qui manque.", url))
	default:
		d.well("address", texts("The server at %s is ready.", "Le serveur à %s est prêt.", url))
	}
}

// short is the first line of an error, of a length that fits.
func short(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	if letters := []rune(line); len(letters) > 200 {
		return string(letters[:199]) + "…"
	}
	return line
}
