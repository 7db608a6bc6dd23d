package tfstate

import "github.com/arpent/arpent/internal/fault"

// The refusals.
var (
	noCredentials = fault.Text{
		EN: "Credentials are missing or wrong: the password is an API token, under any user name but \"run\".",
		FR: "Les identifiants manquent ou sont faux : le mot de passe est un jeton d’API, sous tout nom sauf « run ».",
	}
	noProject = fault.Text{
		EN: "There is no such project, or you may not touch its state.",
		FR: "Ce projet n’existe pas, ou vous n’avez pas accès à son état.",
	}
	otherProject = fault.Text{
		EN: "A run may only touch the state of its own project.",
		FR: "Une exécution ne peut toucher que l’état de son propre projet.",
	}
	leaseGone = fault.Text{
		EN: "This attempt at the run has ended or was given to another worker: it may no longer touch the state.",
		FR: "Cette tentative est terminée ou a été confiée à un autre agent : elle ne peut plus toucher à l’état.",
	}
	badMethod = fault.Text{
		EN: "A state is read with GET, written with POST, locked with LOCK and UNLOCK. It is never deleted.",
		FR: "Un état se lit par GET, s’écrit par POST, se verrouille par LOCK et UNLOCK. Il n’est jamais supprimé.",
	}
	badLock = fault.Text{
		EN: "The body must be Terraform’s lock information in JSON, with its ID.",
		FR: "Le corps doit être l’information de verrou de Terraform en JSON, avec son ID.",
	}
	locked = fault.Text{
		EN: "The state is locked by %s.", FR: "L’état est verrouillé par %s.",
	}
	otherLock = fault.Text{
		EN: "The lock has another ID: it belongs to %s.", FR: "Le verrou a un autre ID : il appartient à %s.",
	}
	lockedByRun = fault.Text{
		EN: "The state is locked by %s, which is at work. Cancel the run: its lock ends with it.",
		FR: "L’état est verrouillé par %s, qui est à l’œuvre. Annulez l’exécution : son verrou finira avec elle.",
	}
	notLocked = fault.Text{
		EN: "The state is not locked.", FR: "L’état n’est pas verrouillé.",
	}
	lockLost = fault.Text{
		EN: "The lock under which this state was made is gone: somebody broke it. Nothing was written.",
		FR: "Le verrou sous lequel cet état a été fait n’existe plus : quelqu’un l’a forcé. Rien n’a été écrit.",
	}
	lockMissing = fault.Text{
		EN: "A run writes the state only while it holds the lock.",
		FR: "Une exécution n’écrit l’état que tant qu’elle détient le verrou.",
	}
	tooLarge = fault.Text{
		EN: "The state is larger than %d MiB, the most that is accepted here.",
		FR: "L’état dépasse %d Mio, le maximum accepté ici.",
	}
	notAState = fault.Text{
		EN: "This is not a Terraform state: a JSON object with a serial and a lineage is expected.",
		FR: "Ce n’est pas un état Terraform : un objet JSON avec un numéro de série et une lignée est attendu.",
	}
	damaged = fault.Text{
		EN: "The state was damaged on its way: its MD5 sum differs from Content-MD5.",
		FR: "L’état a été abîmé en chemin : sa somme MD5 diffère de Content-MD5.",
	}
	cut = fault.Text{
		EN: "The state did not arrive whole.", FR: "L’état n’est pas arrivé en entier.",
	}
	otherLineage = fault.Text{
		EN: "This state has the lineage %s, the present one has %s: it is another infrastructure’s. Who means it appends ?force=true to the backend’s address.",
		FR: "Cet état a la lignée %s, l’état actuel a %s : c’est celui d’une autre infrastructure. Pour l’imposer, ajoutez ?force=true à l’adresse du backend.",
	}
	oldSerial = fault.Text{
		EN: "This state has the serial %d, the present one has %d and differs: it is out of date. Who means it appends ?force=true to the backend’s address.",
		FR: "Cet état a le numéro de série %d, l’état actuel a %d et diffère : il est périmé. Pour l’imposer, ajoutez ?force=true à l’adresse du backend.",
	}
	noForce = fault.Text{
		EN: "A run can not force a state.", FR: "Une exécution ne peut pas imposer un état.",
	}
	isPresent = fault.Text{
		EN: "This version is the present one already.", FR: "Cette version est déjà l’actuelle.",
	}
	isChanging = fault.Text{
		EN: "A run is changing this project. Wait for its end or cancel it.",
		FR: "Une exécution est en train de modifier ce projet. Attendez sa fin ou annulez-la.",
	}
	hasMoved = fault.Text{
		EN: "The state has changed meanwhile. Look again.",
		FR: "L’état a changé entre-temps. Regardez de nouveau.",
	}
	ourFault = fault.Text{
		EN: "Arpent could not do this. The operators find the cause in the server’s log.",
		FR: "Arpent n’a pas pu le faire. La cause figure dans le journal du serveur.",
	}
)
