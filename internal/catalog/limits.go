package catalog

import (
	"fmt"

	"github.com/arpent/arpent/internal/fault"
)

// The bounds of what is read from a library: they are far above what people write, and keep what they do not
// write from taking the server down.
const (
	maxTemplates    = 10_000
	maxFile         = 1 << 20   // bytes of one file
	maxCode         = 512 << 10 // bytes of one Terraform file
	maxFiles        = 1_000     // of one template, the modules that it calls included
	maxTemplateSize = 16 << 20  // bytes of one template
	maxLibrarySize  = 256 << 20 // bytes of all templates
	maxDepth        = 8         // folders below a template's
)

var (
	textDeep      = fault.Text{EN: "The brackets are nested too deep.", FR: "Les parenthèses sont imbriquées trop profondément."}
	textAlias     = fault.Text{EN: "YAML aliases are not allowed here.", FR: "Les alias YAML ne sont pas permis ici."}
	textIrregular = fault.Text{EN: "Only plain files and folders are read, no links and no devices.", FR: "Seuls les fichiers et dossiers ordinaires sont lus, ni liens ni périphériques."}
)

func tooLarge(limit int) fault.Text {
	return fault.Text{
		EN: fmt.Sprintf("The file is larger than %d KiB.", limit>>10),
		FR: fmt.Sprintf("Le fichier dépasse %d Kio.", limit>>10),
	}
}
