package runner

import "github.com/arpent/arpent/internal/fault"

// The reasons why a task did not succeed, for people. Tools speak English: their words are quoted in French.
var (
	badEnv = fault.Text{
		EN: "These environment variables are set by the runner and cannot be given: %s",
		FR: "Ces variables d’environnement sont fixées par l’exécuteur et ne peuvent pas être données : %s",
	}
	badFolder = fault.Text{
		EN: "The folder of the run cannot be unpacked: %s",
		FR: "Le dossier de l’exécution ne peut pas être décompressé : %s",
	}
	unreadablePlan = fault.Text{
		EN: "The saved plan cannot be read: plan again",
		FR: "Le plan enregistré est illisible : relancez la planification",
	}
	otherTool = fault.Text{
		EN: "The plan was made by %s and cannot be applied by %s: plan again",
		FR: "Le plan a été produit par %s et ne peut pas être appliqué par %s : relancez la planification",
	}
	stale = fault.Text{
		EN: "The state has changed since the plan was made: plan again",
		FR: "L’état a changé depuis la création du plan : relancez la planification",
	}
	initFailed = fault.Text{
		EN: "The folder could not be prepared: %s",
		FR: "Le dossier n’a pas pu être préparé. L’outil dit : « %s »",
	}
	planFailed = fault.Text{
		EN: "The plan failed: %s",
		FR: "La planification a échoué. L’outil dit : « %s »",
	}
	planTooLarge = fault.Text{
		EN: "The plan changes more than %d MiB of one resource or of the outputs: that cannot be shown, so nobody could approve it",
		FR: "Le plan modifie plus de %d Mio d’une même ressource ou des sorties : il ne peut pas être montré, donc personne ne pourrait l’approuver",
	}
	applyFailed = fault.Text{
		EN: "The changes could not be applied: %s",
		FR: "Les modifications n’ont pas pu être appliquées. L’outil dit : « %s »",
	}
	canceled = fault.Text{
		EN: "The run was canceled",
		FR: "L’exécution a été annulée",
	}
	timeOver = fault.Text{
		EN: "The run took longer than its limit of %s",
		FR: "L’exécution a dépassé sa limite de durée de %s",
	}
	diskFull = fault.Text{
		EN: "The run wrote more than its limit of %d MiB",
		FR: "L’exécution a écrit plus que sa limite de %d Mio",
	}
)

// reason fills a text in, in both languages.
func reason(text fault.Text, args ...any) *fault.Text {
	filled := fault.New(fault.Invalid, text, args...).Text()
	return &filled
}

// What stops a run that is nobody's wish and no fault of its folder.
var (
	killed = fault.Text{
		EN: "The tool was killed, for want of memory perhaps; what it made since it last stored its state is not known",
		FR: "L’outil a été tué, peut-être par manque de mémoire ; ce qu’il a créé depuis son dernier état enregistré n’est pas connu",
	}
	noRoom = fault.Text{
		EN: "The disk of the worker is full: its operators have to make room",
		FR: "Le disque de l’exécuteur est plein : ses exploitants doivent libérer de la place",
	}
	fullDisk = fault.Text{
		EN: "The disk that holds %s is full: no run is taken until there is room",
		FR: "Le disque qui contient %s est plein : aucune exécution n’est prise tant qu’il n’y a pas de place",
	}
)
