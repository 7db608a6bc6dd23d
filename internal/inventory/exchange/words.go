package exchange

import "github.com/arpent/arpent/internal/fault"

var (
	textSignIn = fault.Text{EN: "Sign in first.", FR: "Connectez-vous d’abord."}
	textWhere  = fault.Text{
		EN: "“where” is the filter of the list as GraphQL takes it, in JSON: %s.",
		FR: "« where » est le filtre de la liste tel que GraphQL le prend, en JSON : %s.",
	}
	textOrder = fault.Text{
		EN: "“orderBy” is the order of the list as GraphQL takes it, in JSON, as in {\"field\": \"CREATED_AT\", \"direction\": \"DESC\"}: %s.",
		FR: "« orderBy » est l’ordre de la liste tel que GraphQL le prend, en JSON, comme {\"field\": \"CREATED_AT\", \"direction\": \"DESC\"} : %s.",
	}
	textWhereLong = fault.Text{EN: "A filter has at most %d bytes.", FR: "Un filtre compte au plus %d octets."}
	textWhereDeep = fault.Text{EN: "A filter has at most %d levels.", FR: "Un filtre compte au plus %d niveaux."}
	textNoHost    = fault.Text{EN: "There is no such server.", FR: "Ce serveur n’existe pas."}
	textNoProject = fault.Text{EN: "There is no project %q.", FR: "Le projet « %s » n’existe pas."}
	textNowhere   = fault.Text{EN: "There is nothing at %s.", FR: "Il n’y a rien à %s."}
	textPort      = fault.Text{EN: "A port is a number from 1 to 65535.", FR: "Un port est un nombre de 1 à 65535."}
	textUser      = fault.Text{
		EN: "A user’s name has letters, digits, dots, dashes and underscores.",
		FR: "Un nom d’utilisateur compte lettres, chiffres, points, tirets et soulignés.",
	}
	textNoList = fault.Text{
		EN: "There is no such list: %s, each as .csv or .json.", FR: "Cette liste n’existe pas : %s, chacune en .csv ou .json.",
	}
	textNoColumn = fault.Text{
		EN: "There is no column %q: %s.", FR: "La colonne « %s » n’existe pas : %s.",
	}
	textBody = fault.Text{
		EN: "The body is to be JSON: %s.", FR: "Le corps doit être en JSON : %s.",
	}
	textBodyLong = fault.Text{EN: "The body is too long: %d bytes at most.", FR: "Le corps est trop long : %d octets au plus."}
	textNoReport = fault.Text{EN: "There is no report in it.", FR: "Il ne contient aucun relevé."}
	textTooMany  = fault.Text{
		EN: "Only the first %d reports of a call are taken.", FR: "Seuls les %d premiers relevés d’un appel sont pris.",
	}
	textSeconds = fault.Text{EN: "“interval” is a number of seconds.", FR: "« interval » est un nombre de secondes."}
	textMayNot  = fault.Text{EN: "You may not do this (%s).", FR: "Vous n’avez pas le droit de faire cela (%s)."}
	textForm    = fault.Text{
		EN: "Send a form with the fields providerId and mapping, and then the file.",
		FR: "Envoyez un formulaire avec les champs providerId et mapping, puis le fichier.",
	}
	textOthersRead = fault.Text{
		EN: "Others are sending large files. Try again in a minute.", FR: "D’autres envoient de gros fichiers. Réessayez dans une minute.",
	}
	textBadRowsFile = fault.Text{EN: "-bad-rows", FR: "-lignes-refusees"}
	textLine        = fault.Text{EN: "line", FR: "ligne"}
	textReason      = fault.Text{EN: "reason", FR: "motif"}
	textColon       = fault.Text{EN: ": ", FR: " : "}
	textIsObject    = fault.Text{EN: "A report is an object.", FR: "Un relevé est un objet."}
)
