package graph

import (
	"strings"

	"github.com/arpent/arpent/internal/fault"
)

// pageFaults are our words for what generated code says of the arguments of a page, by how its message begins.
var pageFaults = map[string]fault.Text{
	"cannot decode cursor": {
		EN: "This is no cursor: take it from pageInfo or an edge, as it is.",
		FR: "Ceci n’est pas un curseur : reprenez tel quel celui de pageInfo ou d’un élément.",
	},
	"`first` on a connection cannot": {EN: "first cannot be negative.", FR: "first ne peut pas être négatif."},
	"`last` on a connection cannot":  {EN: "last cannot be negative.", FR: "last ne peut pas être négatif."},
	"Passing both `first` and `last`": {
		EN: "Give first or last, not both.", FR: "Donnez first ou last, pas les deux.",
	},
}

// pageFault says in both languages what is wrong with the arguments of a page; ok is false for other messages.
func pageFault(message string) (text fault.Text, ok bool) {
	for begin, text := range pageFaults {
		if strings.HasPrefix(message, begin) {
			return text, true
		}
	}
	return fault.Text{}, false
}
