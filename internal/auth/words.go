package auth

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/arpent/arpent/internal/fault"
)

// The refusals that several functions share.
var (
	nameWanted = fault.Text{
		EN: "A name of 1 to %d characters is needed.", FR: "Il faut un nom de 1 à %d caractères.",
	}
	noPermission = fault.Text{
		EN: "There is no permission called %q. There are: %s.", FR: "Aucune permission ne s’appelle « %s ». Il y a : %s.",
	}
	notHeld = fault.Text{
		EN: "You cannot give the permission %s: you do not have it.",
		FR: "Vous ne pouvez pas donner la permission %s : vous ne l’avez pas.",
	}
	noAccount = fault.Text{
		EN: "Nobody here has the address %s.", FR: "Personne ici n’a l’adresse %s.",
	}
	noRole = fault.Text{
		EN: "There is no such role.", FR: "Ce rôle n’existe pas.",
	}
	noUser = fault.Text{
		EN: "There is no such person.", FR: "Cette personne n’existe pas.",
	}
)

// titleOK tells whether a title names something in one language at least.
func titleOK(title fault.Text) bool {
	return title != fault.Text{} && (title.EN == "" || nameOK(title.EN, 80)) && (title.FR == "" || nameOK(title.FR, 80))
}

// nameOK tells whether a name has letters to be seen and no character that would spoil a page or a log.
func nameOK(name string, most int) bool {
	return strings.TrimSpace(name) != "" && utf8.ValidString(name) && utf8.RuneCountInString(name) <= most &&
		!strings.ContainsFunc(name, unicode.IsControl)
}
