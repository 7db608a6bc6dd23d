package allocation

import "github.com/arpent/arpent/internal/fault"

// The refusals, and what stands in place of what is missing.
var (
	textNoNetwork = fault.Text{
		EN: "%q is no network. Write it as 10.0.0.0/24 or 2001:db8::/64.",
		FR: "« %s » n’est pas un réseau. Écrivez-le comme 10.0.0.0/24 ou 2001:db8::/64.",
	}
	textMapped = fault.Text{
		EN: "%q is an IPv4 network in IPv6 form. Write it as IPv4.",
		FR: "« %s » est un réseau IPv4 sous forme IPv6. Écrivez-le en IPv4.",
	}
	textWholeFamily = fault.Text{
		EN: "%s is all addresses there are. Give the range that is yours.",
		FR: "%s désigne toutes les adresses qui existent. Indiquez la plage qui est la vôtre.",
	}
	textBarren = fault.Text{
		EN: "No machine can have the addresses of %[1]s: they are for %[2]s.",
		FR: "Aucune machine ne peut avoir les adresses de %[1]s : elles sont prévues pour %[2]s.",
	}
	textHoldsBarren = fault.Text{
		EN: "%[3]s holds %[1]s, whose addresses no machine can have: they are for %[2]s.",
		FR: "%[3]s contient %[1]s, dont aucune machine ne peut avoir les adresses : elles sont prévues pour %[2]s.",
	}
	textHostBits = fault.Text{
		EN: "%q names an address within a network. Did you mean %s?",
		FR: "« %s » désigne une adresse dans un réseau. Vouliez-vous dire %s ?",
	}
	textNoAddress = fault.Text{
		EN: "%q is no IP address.", FR: "« %s » n’est pas une adresse IP.",
	}
	textOverlaps = fault.Text{
		EN: "It overlaps the network %s (%s) of the same scope.",
		FR: "Il recouvre le réseau %s (%s) de la même portée.",
	}
	textOutside = fault.Text{
		EN: "%s is not an address that a machine can have in %s.",
		FR: "%s n’est pas une adresse qu’une machine peut avoir dans %s.",
	}
	textInUse = fault.Text{
		EN: "Somebody has addresses of it: %d. Take them back first.",
		FR: "Des adresses en sont utilisées : %d. Reprenez-les d’abord.",
	}
	textTaken = fault.Text{
		EN: "%s is in use.", FR: "%s est utilisée.",
	}
	textBackward = fault.Text{
		EN: "The last address, %s, is before the first, %s.", FR: "La dernière adresse, %s, est avant la première, %s.",
	}
	textTooMany = fault.Text{
		EN: "At most %d addresses at once.", FR: "Au plus %d adresses à la fois.",
	}
	textName = fault.Text{
		EN: "A name of 1 to %d characters is needed.", FR: "Il faut un nom de 1 à %d caractères.",
	}
	textVLAN = fault.Text{
		EN: "A VLAN is a number from 1 to 4094.", FR: "Un VLAN est un nombre de 1 à 4094.",
	}
	textMayNot = fault.Text{
		EN: "You may not do this (%s).", FR: "Vous n’avez pas le droit de faire cela (%s).",
	}
	textArchived = fault.Text{
		EN: "Project %s is archived.", FR: "Le projet %s est archivé.",
	}
	textOtherInput = fault.Text{
		EN: "The key %q was used for another claim.", FR: "La clé « %s » a servi pour une autre réservation.",
	}
	textNul = fault.Text{EN: "A text has no NUL.", FR: "Un texte ne contient pas de NUL."}
	textKey = fault.Text{
		EN: "A key has 1 to %d characters.", FR: "Une clé compte de 1 à %d caractères.",
	}
	textLifetime = fault.Text{
		EN: "A claim lasts from 1 second to 10 years.", FR: "Une réservation dure de 1 seconde à 10 ans.",
	}
	textLabel = fault.Text{
		EN: "No label can be %q: write name=value, or the name alone, of letters, digits, dots, dashes and slashes, 63 at most.",
		FR: "Aucune étiquette ne peut être « %s » : écrivez nom=valeur, ou le nom seul, en lettres, chiffres, points, tirets et barres, 63 au plus.",
	}
	textNegative = fault.Text{
		EN: "No negative sizes.", FR: "Pas de tailles négatives.",
	}
	textNoneFree = fault.Text{
		EN: "No server is free.", FR: "Aucun serveur n’est libre.",
	}
	textNoServer = fault.Text{
		EN: "No server is free that fits: %[1]s.", FR: "Aucun serveur libre ne convient : %[1]s.",
	}
	textNoNetworkFits = fault.Text{
		EN: "No network fits that you may claim from.", FR: "Aucun réseau où vous pouvez réserver ne convient.",
	}
	textNoSuchProvider = fault.Text{
		EN: "You know of no hosting provider %q.", FR: "Vous ne connaissez aucun hébergeur « %s ».",
	}
	textNoSuchNetwork = fault.Text{
		EN: "You know of no network %q.", FR: "Vous ne connaissez aucun réseau « %s ».",
	}
	textNoNetworkNamed = fault.Text{
		EN: "You know of no network that is called %q.", FR: "Vous ne connaissez aucun réseau appelé « %s ».",
	}
	textOneTaken = fault.Text{
		EN: "There is one that has it, and it is not free.", FR: "Il y en a un qui convient, et il n’est pas libre.",
	}
	textAllTaken = fault.Text{
		EN: "%d servers have that, and none of them is free.", FR: "%d serveurs ont cela, et aucun n’est libre.",
	}
	textManyTaken = fault.Text{
		EN: "More than %d servers have that, and none of them is free.", FR: "Plus de %d serveurs ont cela, et aucun n’est libre.",
	}
	textNoneHas = fault.Text{
		EN: "None has %s.", FR: "Aucun n’a %s.",
	}
	textMostIs = fault.Text{
		EN: "None has %s: the most is %s.", FR: "Aucun n’a %s : le plus est %s.",
	}
	textNotTogether = fault.Text{
		EN: "Each of these is there, but not in one server.", FR: "Chacun de ces critères existe, mais pas sur un même serveur.",
	}
	textNoneFreeHas = fault.Text{
		EN: "None of the free ones has %s.", FR: "Aucun de ceux qui sont libres n’a %s.",
	}
	textMostFreeIs = fault.Text{
		EN: "None of the free ones has %s: the most is %s.", FR: "Aucun de ceux qui sont libres n’a %s : le plus est %s.",
	}
	textNotTogetherFree = fault.Text{
		EN: "Each of these is there among the free ones, but not in one server.",
		FR: "Chacun de ces critères existe parmi ceux qui sont libres, mais pas sur un même serveur.",
	}
	textNoneOfThese = fault.Text{
		EN: "None of these servers is there.", FR: "Aucun de ces serveurs n’existe.",
	}
	textFull = fault.Text{
		EN: "%s %s (%s of %s taken)", FR: "%s %s (%s sur %s prises)",
	}
	textGateway = fault.Text{
		EN: "%s is the gateway of %s (%s): nobody gets it.", FR: "%s est la passerelle de %s (%s) : personne ne l’obtient.",
	}
	textOtherFamily = fault.Text{
		EN: "%s is not of the kind of %s (%s): one is IPv4, the other IPv6.", FR: "%s n’est pas du même type que %s (%s) : l’une est en IPv4, l’autre en IPv6.",
	}
	textNotOfFamily = fault.Text{
		EN: "%s (%s) is not of the family %s.", FR: "%s (%s) n’est pas de la famille %s.",
	}
	textInNone = fault.Text{
		EN: "%s is in none of the networks that you may claim from: %s.", FR: "%s n’est dans aucun des réseaux où vous pouvez réserver : %s.",
	}
	textAmbiguous = fault.Text{
		EN: "%q means several networks of different scopes: %s. Say which one with networkId, or give the scope.",
		FR: "« %s » désigne plusieurs réseaux de portées différentes : %s. Précisez lequel avec networkId, ou donnez la portée.",
	}
	textExhausted = fault.Text{
		EN: "All addresses are in use in: %s.", FR: "Toutes les adresses sont utilisées dans : %s.",
	}
	textEnded = fault.Text{
		EN: "The claim has ended already.", FR: "La réservation est déjà terminée.",
	}
	textLeaseGone = fault.Text{
		EN: "Another attempt has taken this run over.", FR: "Une autre tentative a repris cette exécution.",
	}
	textForeignServer = fault.Text{
		EN: "The server does not belong to the project.", FR: "Le serveur n’appartient pas au projet.",
	}
)

var (
	textTooLong   = fault.Text{EN: "At most %d characters.", FR: "Au plus %d caractères."}
	textNoProject = fault.Text{EN: "There is no such project.", FR: "Ce projet n’existe pas."}
)
