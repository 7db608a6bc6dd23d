package auth

import (
	"slices"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/fault"
)

// known drops names that are no permissions of this version, such as those of a later one.
func known(names []string) []access.Permission {
	permissions := make([]access.Permission, 0, len(names))
	for _, name := range names {
		if p := access.Permission(name); access.Known(p) {
			permissions = append(permissions, p)
		}
	}
	return permissions
}

// somewhere tells whether the viewer has the permission on the platform or in any project.
func somewhere(viewer *access.Viewer, p access.Permission) bool {
	ids, all := viewer.ProjectsWith(p)
	return all || len(ids) > 0
}

// mayGive refuses a role that allows more than the viewer itself may: in a project, or everywhere when the id is empty.
func mayGive(viewer *access.Viewer, role *ent.Role, projectID string) error {
	for _, p := range known(role.Permissions) {
		if !viewer.May(p) && (projectID == "" || !viewer.MayIn(projectID, p)) {
			return fault.New(fault.Denied, notHeld, string(p)).At("roleId")
		}
	}
	return nil
}

// mayChange refuses to touch somebody whose role allows more than the viewer itself may.
func mayChange(viewer *access.Viewer, role *ent.Role, projectID string) error {
	if mayGive(viewer, role, projectID) == nil {
		return nil
	}
	return fault.New(fault.Denied, fault.Text{
		EN: "You cannot change somebody who may do more than you.",
		FR: "Vous ne pouvez pas modifier quelqu’un qui a plus de droits que vous.",
	})
}

// permissionTitles says what each permission allows.
var permissionTitles = map[access.Permission]fault.Text{
	access.ProjectRead:      {EN: "See the project, its resources and runs", FR: "Voir le projet, ses ressources et ses exécutions"},
	access.ProjectUpdate:    {EN: "Change the project's texts, budget and variables", FR: "Modifier les textes, le budget et les variables du projet"},
	access.ProjectArchive:   {EN: "Archive the project and bring it back", FR: "Archiver le projet et le rétablir"},
	access.MemberRead:       {EN: "See the members", FR: "Voir les membres"},
	access.MemberManage:     {EN: "Add and remove members and give them roles", FR: "Ajouter et retirer des membres et leur donner des rôles"},
	access.ResourceRequest:  {EN: "Request, change and upgrade resources", FR: "Demander, modifier et mettre à niveau des ressources"},
	access.ResourceDelete:   {EN: "Have resources destroyed", FR: "Faire détruire des ressources"},
	access.SecretReveal:     {EN: "Read sensitive outputs", FR: "Lire les sorties sensibles"},
	access.RunApprove:       {EN: "Approve and reject plans", FR: "Approuver et rejeter des plans"},
	access.RunCancel:        {EN: "Cancel runs", FR: "Annuler des exécutions"},
	access.StateRead:        {EN: "Download Terraform states", FR: "Télécharger les états Terraform"},
	access.StateWrite:       {EN: "Roll states back and break locks", FR: "Rétablir des états et rompre des verrous"},
	access.EventRead:        {EN: "Read the audit trail", FR: "Lire le journal d’audit"},
	access.ProjectCreate:    {EN: "Create projects", FR: "Créer des projets"},
	access.LibraryManage:    {EN: "Add, change and remove libraries", FR: "Ajouter, modifier et retirer des bibliothèques"},
	access.UserManage:       {EN: "Manage people and their platform roles", FR: "Gérer les personnes et leurs rôles sur la plateforme"},
	access.RoleManage:       {EN: "Define roles", FR: "Définir des rôles"},
	access.WorkerManage:     {EN: "See and manage the queue and the workers", FR: "Voir et gérer la file et les exécuteurs"},
	access.ServerClaim:      {EN: "Claim and release servers and addresses", FR: "Réserver et libérer des serveurs et des adresses"},
	access.StateReport:      {EN: "Report the state of servers", FR: "Faire des relevés d’état de serveurs"},
	access.InventoryRead:    {EN: "See the whole inventory", FR: "Voir tout l’inventaire"},
	access.InventoryManage:  {EN: "Manage providers, orders, imports, networks and servers", FR: "Gérer hébergeurs, commandes, imports, réseaux et serveurs"},
	access.FreezeManage:     {EN: "Declare and lift freezes", FR: "Déclarer et lever des gels"},
	access.OrganizationEdit: {EN: "Change the organizations' names and codes", FR: "Modifier les noms et codes des organisations"},
}

// TitleOf says what a permission allows, for people.
func TitleOf(p access.Permission) fault.Text { return permissionTitles[p] }

// kept drops a result whose transaction failed.
func kept[T any](result *T, err error) (*T, error) {
	if err != nil {
		return nil, err
	}
	return result, nil
}

func names(permissions []access.Permission) []string {
	texts := make([]string, len(permissions))
	for i, p := range permissions {
		texts[i] = string(p)
	}
	slices.Sort(texts)
	return slices.Compact(texts)
}
