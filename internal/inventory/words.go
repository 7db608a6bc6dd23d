package inventory

import "github.com/arpent/arpent/internal/fault"

// The refusals.
var (
	textMayNot = fault.Text{
		EN: "You may not do this (%s).", FR: "Vous n’avez pas le droit de faire cela (%s).",
	}
	textCode = fault.Text{
		EN: "A code is two to twenty capital letters, digits and dashes, a letter first.",
		FR: "Un code compte de deux à vingt lettres majuscules, chiffres et tirets, une lettre d’abord.",
	}
	textCodeTaken = fault.Text{
		EN: "There is a hosting provider %s already.", FR: "Il existe déjà un hébergeur %s.",
	}
	textName = fault.Text{
		EN: "A name of 1 to %d characters is needed.", FR: "Il faut un nom de 1 à %d caractères.",
	}
	textURL = fault.Text{
		EN: "It must be an http(s) address.", FR: "Il faut une adresse http(s).",
	}
	textUnstorable = fault.Text{
		EN: "The text has a character that can not be stored, such as NUL.", FR: "Le texte contient un caractère impossible à conserver, comme NUL.",
	}
	textTooLong = fault.Text{
		EN: "At most %d characters.", FR: "Au plus %d caractères.",
	}
	textHasHistory = fault.Text{
		EN: "There are servers or networks of %s. Retire it instead.",
		FR: "Des serveurs ou réseaux de %s existent. Retirez-le plutôt.",
	}
	textReason = fault.Text{
		EN: "Say why.", FR: "Indiquez pourquoi.",
	}
	textNoMove = fault.Text{
		EN: "%s is %s: this can not be done with it now.", FR: "%s est à l’état %s : cela n’est pas possible maintenant.",
	}
	textMoved = fault.Text{
		EN: "%s has moved on meanwhile. Look again.", FR: "%s a changé d’état entre-temps. Actualisez la page.",
	}
	textOneTo = fault.Text{
		EN: "From 1 to %d at once.", FR: "De 1 à %d à la fois.",
	}
	textNoServer = fault.Text{
		EN: "One of these servers does not exist.", FR: "L’un de ces serveurs n’existe pas.",
	}
	textWhat = fault.Text{
		EN: "Say what is to be done with the servers: a move, labels, or a project to give them to. One of them.",
		FR: "Indiquez que faire des serveurs : un changement d’état, des étiquettes ou un projet à qui les donner. Un seul choix.",
	}
	textWhich = fault.Text{
		EN: "Say which servers: by their ids, or by a filter. One of them.",
		FR: "Indiquez quels serveurs : par leurs identifiants ou par un filtre. Un seul choix.",
	}
	textNone = fault.Text{
		EN: "No server matches.", FR: "Aucun serveur ne correspond.",
	}
	textGone = fault.Text{
		EN: "The server does not exist, or may not be seen any more.", FR: "Le serveur n’existe pas ou n’est plus visible.",
	}
	textLabel = fault.Text{
		EN: "%q is no label: names and values have letters, digits, dots, dashes and slashes, 63 at most.",
		FR: "« %s » n’est pas une étiquette : noms et valeurs comptent lettres, chiffres, points, tirets et barres, 63 au plus.",
	}
)

// What is wrong with a file.
var (
	textEmptyFile  = fault.Text{EN: "The file is empty.", FR: "Le fichier est vide."}
	textHeaderOnly = fault.Text{EN: "The file has a header and no rows.", FR: "Le fichier n’a qu’un en-tête, sans lignes."}
	textNotCSV     = fault.Text{
		EN: "This is no CSV file: a table of texts, one row a line.", FR: "Ce n’est pas un fichier CSV : un tableau de textes, une ligne par rangée.",
	}
	textEncoding = fault.Text{
		EN: "There is no encoding %q here: utf-8, utf-16, windows-1252, iso-8859-1 or iso-8859-15.",
		FR: "L’encodage « %s » est inconnu ici : utf-8, utf-16, windows-1252, iso-8859-1 ou iso-8859-15.",
	}
	textDelimiter   = fault.Text{EN: "A delimiter is one character.", FR: "Un séparateur est un seul caractère."}
	textDecimal     = fault.Text{EN: "The decimal sign is a point or a comma.", FR: "Le signe décimal est un point ou une virgule."}
	textTooLarge    = fault.Text{EN: "The file has more than %d MiB.", FR: "Le fichier dépasse %d Mio."}
	textTooManyRows = fault.Text{
		EN: "The file has more than %d rows. Cut it into several.", FR: "Le fichier compte plus de %d lignes. Découpez-le.",
	}
	textLongRow = fault.Text{
		EN: "The row that begins in line %d has more than %d KiB. Is a quotation mark never closed?",
		FR: "La ligne du tableau qui commence à la ligne %d dépasse %d Kio. Un guillemet n’est-il jamais refermé ?",
	}
	textTooManyColumns = fault.Text{EN: "At most %d columns, not %d.", FR: "Au plus %d colonnes, pas %d."}
	textTwice          = fault.Text{EN: "Two columns are called %q.", FR: "Deux colonnes s’appellent « %s »."}
	textNoHostname     = fault.Text{
		EN: "No column gives the hostname. Say which one does.", FR: "Aucune colonne ne donne le nom d’hôte. Indiquez laquelle.",
	}
	textNoField  = fault.Text{EN: "There is no field %q.", FR: "Le champ « %s » n’existe pas."}
	textNoColumn = fault.Text{EN: "The file has no column %q.", FR: "Le fichier n’a pas de colonne « %s »."}
)

// What is wrong with a row. These are stored with their arguments filled in.
var (
	textBareQuote  = fault.Text{EN: "a quotation mark within a value that is not quoted", FR: "un guillemet dans une valeur sans guillemets"}
	textOpenQuote  = fault.Text{EN: "a quotation mark that is never closed", FR: "un guillemet jamais refermé"}
	textCell       = fault.Text{EN: "the value is too long", FR: "la valeur est trop longue"}
	textMoreCells  = fault.Text{EN: "more values (%d) than columns (%d)", FR: "plus de valeurs (%d) que de colonnes (%d)"}
	textFewerCells = fault.Text{EN: "columns with a value: %d of %d. The others are taken for empty", FR: "colonnes remplies : %d sur %d. Les autres sont supposées vides"}
	textBroken     = fault.Text{EN: "a broken encoding: it is no text in %s", FR: "encodage abîmé : ce n’est pas un texte en %s"}
	textMixed      = fault.Text{
		EN: "a mixed encoding: UTF-8 in a file that is read as %s. Save the file in one encoding",
		FR: "encodage mélangé : de l’UTF-8 dans un fichier lu en %s. Enregistrez le fichier dans un seul encodage",
	}
	textBelowZero    = fault.Text{EN: "less than zero", FR: "inférieur à zéro"}
	textLarge        = fault.Text{EN: "too large", FR: "trop grand"}
	textOtherNetwork = fault.Text{EN: "the network is %s", FR: "le réseau est %s"}
	textHostname     = fault.Text{
		EN: "no hostname: letters, digits, dashes and dots are wanted", FR: "pas un nom d’hôte : lettres, chiffres, tirets et points attendus",
	}
	textNoAddress  = fault.Text{EN: "no IP address of a machine", FR: "pas une adresse IP de machine"}
	textNumber     = fault.Text{EN: "no number", FR: "pas un nombre"}
	textWhole      = fault.Text{EN: "a whole number is wanted", FR: "un nombre entier est attendu"}
	textUnit       = fault.Text{EN: "an unknown unit: MB, GB or TB", FR: "unité inconnue : Mo, Go ou To"}
	textLabelValue = fault.Text{EN: "no label: letters, digits, dots and dashes, 63 at most", FR: "pas une étiquette : lettres, chiffres, points et tirets, 63 au plus"}
	textAgain      = fault.Text{EN: "stands in line %d already", FR: "figure déjà à la ligne %d"}
	textElsewhere  = fault.Text{EN: "belongs to a server of %s", FR: "appartient à un serveur de %s"}
	textTwoServers = fault.Text{EN: "the hostname and the id belong to two different servers", FR: "le nom et l’identifiant désignent deux serveurs différents"}
	textOutside    = fault.Text{EN: "in none of this hosting provider's networks", FR: "dans aucun des réseaux de cet hébergeur"}
	textNotUsable  = fault.Text{EN: "no machine can have it: network, broadcast or gateway of %s", FR: "aucune machine ne peut l’avoir : réseau, diffusion ou passerelle de %s"}
	textHeld       = fault.Text{EN: "is in use or reserved", FR: "est utilisée ou réservée"}
	textRetired    = fault.Text{EN: "the server is retired", FR: "le serveur est retiré"}
)

var (
	textRetiredProvider = fault.Text{EN: "The hosting provider %s is retired.", FR: "L’hébergeur %s est retiré."}
	textOvertaken       = fault.Text{
		EN: "Somebody has claimed one of these addresses meanwhile. Import again.",
		FR: "L’une de ces adresses vient d’être réservée. Recommencez l’import.",
	}
	textBadRows = fault.Text{
		EN: "Nothing was imported. Refused rows: %d.", FR: "Rien n’a été importé. Lignes refusées : %d.",
	}
)

// What is wrong with a report.
var (
	textNoSubject = fault.Text{EN: "There is nothing of this name that you may report on.", FR: "Rien de ce nom sur quoi vous puissiez faire un relevé."}
	textStatus    = fault.Text{EN: "A status is OK, WARNING, CRITICAL or UNKNOWN.", FR: "Un état vaut OK, WARNING, CRITICAL ou UNKNOWN."}
	textFuture    = fault.Text{EN: "%s is in the future. Is the reporter's clock right?", FR: "%s est dans le futur. L’horloge de l’émetteur est-elle juste ?"}
	textOld       = fault.Text{EN: "%s is too long ago to say anything of now.", FR: "%s est trop ancien pour renseigner sur le présent."}
	textInterval  = fault.Text{EN: "An interval has 0 to %d seconds.", FR: "Un intervalle compte de 0 à %d secondes."}
)

// What is wrong with an order or an access.
var (
	textNegative    = fault.Text{EN: "No negative sizes.", FR: "Pas de tailles négatives."}
	textNumberTaken = fault.Text{EN: "There is an order %s already.", FR: "Il existe déjà une commande %s."}
	textDelivered   = fault.Text{EN: "Something was delivered: the lines stay.", FR: "Des livraisons ont eu lieu : les lignes restent."}
	textOneOf       = fault.Text{EN: "Name a server or a project, and not both.", FR: "Désignez un serveur ou un projet, pas les deux."}
	textPast        = fault.Text{EN: "This is in the past.", FR: "C’est dans le passé."}
	textPrivate     = fault.Text{EN: "This is a private key: keep it to yourself, and give the public one.", FR: "C’est une clé privée : gardez-la et donnez la clé publique."}
	textPublicKey   = fault.Text{EN: "This is no OpenSSH public key.", FR: "Ce n’est pas une clé publique OpenSSH."}
	textHostTaken   = fault.Text{EN: "There is a server %s already.", FR: "Il existe déjà un serveur %s."}
)
