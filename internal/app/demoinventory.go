package app

import (
	"context"
	"fmt"
	"strings"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/check"
	"github.com/arpent/arpent/ent/hostingprovider"
	"github.com/arpent/arpent/ent/network"
	"github.com/arpent/arpent/ent/orderline"
	"github.com/arpent/arpent/ent/project"
	"github.com/arpent/arpent/ent/purchaseorder"
	"github.com/arpent/arpent/ent/schema"
	"github.com/arpent/arpent/ent/secureaccess"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/allocation"
	"github.com/arpent/arpent/internal/inventory"
)

// demoOps is who cares for the sample inventory.
const demoOps = "ines@example.org"

// lastCheck is what the sample inventory ends with: where it is known, nothing is missing.
const lastCheck = "backup"

// stock fills the inventory as the sample people would: providers, networks, an order, its delivery and another one,
// servers at every stage that people bring them to, claims, and reports of what is well and what is not.
func (a *App) stock(ctx context.Context) error {
	done, err := a.DB.Client(ctx).Check.Query().Where(check.Name(lastCheck)).Exist(access.As(ctx, "demo"))
	if err != nil || done {
		return err
	}
	ops, err := a.Auth.InNameOf(ctx, demoOps)
	if err != nil {
		return err
	}
	for _, step := range []struct {
		what string
		do   func(context.Context) error
	}{
		{"providers", a.sampleProviders},
		{"networks", a.sampleNetworks},
		{"order", a.sampleOrder},
		{"deliveries", a.sampleDeliveries},
		{"moves", a.sampleMoves},
		{"claims", a.sampleClaims},
		{"accesses", a.sampleAccess},
		{"reports", a.sampleReports},
	} {
		if err := step.do(ops); err != nil {
			return fmt.Errorf("%s: %w", step.what, err)
		}
	}
	return nil
}

func (a *App) sampleProviders(ctx context.Context) error {
	for _, input := range []inventory.ProviderInput{
		{Code: "HEXA", Name: "Hexa Cloud", URL: "https://hexa.example.org", Contact: "deliveries@hexa.example.org", Notes: "Answers within a day."},
		{Code: "VALLEE", Name: "Vallée Data", URL: "https://vallee.example.org", Contact: "support@vallee.example.org"},
	} {
		known, err := a.DB.Client(ctx).HostingProvider.Query().Where(hostingprovider.Code(input.Code)).Exist(ctx)
		if err != nil {
			return err
		}
		if !known {
			if _, err := a.inventory.CreateProvider(ctx, input); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *App) providerID(ctx context.Context, code string) (string, error) {
	return a.DB.Client(ctx).HostingProvider.Query().Where(hostingprovider.Code(code)).OnlyID(ctx)
}

func (a *App) sampleNetworks(ctx context.Context) error {
	for _, wanted := range []struct {
		provider string
		allocation.NetworkInput
	}{
		{"HEXA", allocation.NetworkInput{Name: "public-web", CIDR: "203.0.113.0/26", Gateway: "203.0.113.1"}},
		{"HEXA", allocation.NetworkInput{Name: "backend", CIDR: "10.20.0.0/22", Scope: "hexa", Gateway: "10.20.0.1", VLAN: new(120)}},
		{"VALLEE", allocation.NetworkInput{Name: "vallee-v6", CIDR: "2001:db8:10::/64"}},
	} {
		known, err := a.DB.Client(ctx).Network.Query().Where(network.Name(wanted.Name)).Exist(ctx)
		if err != nil {
			return err
		}
		if known {
			continue
		}
		if wanted.ProviderID, err = a.providerID(ctx, wanted.provider); err != nil {
			return err
		}
		made, err := a.allocation.CreateNetwork(ctx, wanted.NetworkInput)
		if err != nil {
			return err
		}
		if wanted.Name == "public-web" {
			if _, _, err := a.allocation.Reserve(ctx, made.ID, "203.0.113.50", "203.0.113.62", true, "Load balancers"); err != nil {
				return err
			}
		}
	}
	return nil
}

const demoOrder = "2026-041"

func (a *App) sampleOrder(ctx context.Context) error {
	known, err := a.DB.Client(ctx).PurchaseOrder.Query().Where(purchaseorder.Number(demoOrder)).Exist(ctx)
	if err != nil || known {
		return err
	}
	provider, err := a.providerID(ctx, "HEXA")
	if err != nil {
		return err
	}
	maps, err := a.DB.Client(ctx).Project.Query().Where(project.Acronym("MAPS")).OnlyID(ctx)
	if err != nil {
		return err
	}
	made, err := a.inventory.CreateOrder(ctx, inventory.OrderInput{
		Number: demoOrder, Title: "Servers of the online maps", ProviderID: provider, ProjectID: maps,
		Lines: []inventory.LineInput{
			{Kind: orderline.KindSERVER, Count: 24, Title: "Web servers", Specification: schema.Specification{Cores: 4, MemoryMiB: 16 << 10}, Labels: map[string]string{"role": "web"}},
			{Kind: orderline.KindSERVER, Count: 10, Title: "Database servers", Specification: schema.Specification{Cores: 16, MemoryMiB: 64 << 10, DiskGiB: 1000}, Labels: map[string]string{"role": "db"}},
			{Kind: orderline.KindNETWORK, Count: 2, Title: "Networks: public and backend"},
			{Kind: orderline.KindACCESS, Count: 1, Title: "SSH access for the operators"},
		},
	})
	if err == nil {
		_, err = a.inventory.MoveOrder(ctx, made.ID, purchaseorder.StatusORDERED)
	}
	return err
}

// hexaFile is what the first provider delivers: two web servers too few, one database server too small.
func hexaFile() string {
	var b strings.Builder
	b.WriteString("Hostname,Service ID,IP,vCPU,RAM (GB),Disk (GB),OS,Datacenter,labels.role\n")
	for i := 1; i <= 22; i++ {
		memory := 16
		if i == 22 {
			memory = 8
		}
		fmt.Fprintf(&b, "web-%02d.maps.example.org,HX-%d,203.0.113.%d,4,%d,120,Debian 12,PAR%d,web\n", i, 1000+i, 9+i, memory, 1+i%2)
	}
	for i := 1; i <= 10; i++ {
		memory := 64
		if i == 7 {
			memory = 32
		}
		fmt.Fprintf(&b, "db-%02d.maps.example.org,HX-%d,10.20.0.%d,16,%d,1920,Debian 12,PAR1,db\n", i, 2000+i, 9+i, memory)
	}
	return b.String()
}

// valleeFile is a French export of the second provider, with three rows that are not imported.
func valleeFile() string {
	var b strings.Builder
	b.WriteString("Nom du serveur;Référence;Adresse IP;Cœurs;Mémoire (Go);Disque (To);Système;Site\r\n")
	for i := 1; i <= 28; i++ {
		fmt.Fprintf(&b, "node-%02d.parcels.example.org;VD-%03d;2001:db8:10::%x;8;32;1,5;Ubuntu 24.04;Grenoble\r\n", i, i, 0x100+i)
	}
	b.WriteString("node_29;VD-029;2001:db8:10::129;8;32;1,5;Ubuntu 24.04;Grenoble\r\n")
	b.WriteString("node-30.parcels.example.org;VD-030;192.0.2.30;8;32;1,5;Ubuntu 24.04;Grenoble\r\n")
	b.WriteString("node-31.parcels.example.org;VD-031;2001:db8:10::131;huit;32;1,5;Ubuntu 24.04;Grenoble\r\n")
	return b.String()
}

func (a *App) sampleDeliveries(ctx context.Context) error {
	order, err := a.DB.Client(ctx).PurchaseOrder.Query().Where(purchaseorder.Number(demoOrder)).OnlyID(ctx)
	if err != nil {
		return err
	}
	for _, delivery := range []struct{ provider, name, order, text string }{
		{"HEXA", "hexa-2026-041.csv", order, hexaFile()},
		{"VALLEE", "livraison-grenoble.csv", "", valleeFile()},
	} {
		provider, err := a.providerID(ctx, delivery.provider)
		if err != nil {
			return err
		}
		if _, err := a.inventory.ImportServers(ctx, inventory.ImportInput{
			ProviderID: provider, OrderID: delivery.order, FileName: delivery.name, File: strings.NewReader(delivery.text), SkipBadRows: true,
		}); err != nil {
			return fmt.Errorf("%s: %w", delivery.name, err)
		}
	}
	return nil
}

// sampleMoves accepts most of what was delivered, and brings some servers further.
func (a *App) sampleMoves(ctx context.Context) error {
	name := func(pattern string, from, to int) (names []string) {
		for i := from; i <= to; i++ {
			names = append(names, fmt.Sprintf(pattern, i))
		}
		return names
	}
	const web, db, node = "web-%02d.maps.example.org", "db-%02d.maps.example.org", "node-%02d.parcels.example.org"
	for _, m := range []struct {
		names  []string
		from   server.Lifecycle
		move   inventory.Move
		reason string
	}{
		{name(db, 7, 7), server.LifecycleDELIVERED, inventory.Reject, "32 GB of memory where 64 GB were ordered."},
		{name(web, 1, 20), server.LifecycleDELIVERED, inventory.Accept, ""},
		{name(db, 1, 9), server.LifecycleDELIVERED, inventory.Accept, ""},
		{name(node, 1, 24), server.LifecycleDELIVERED, inventory.Accept, ""},
		{name(node, 22, 23), server.LifecycleAVAILABLE, inventory.Maintain, "The power supply is replaced."},
		{name(node, 24, 24), server.LifecycleAVAILABLE, inventory.Retire, "Given back after its trial."},
	} {
		ids, err := a.DB.Client(ctx).Server.Query().Where(server.HostnameIn(m.names...), server.LifecycleEQ(m.from)).IDs(ctx)
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			continue
		}
		if _, err := a.inventory.MoveServers(ctx, ids, m.move, m.reason); err != nil {
			return fmt.Errorf("%s: %w", m.move, err)
		}
	}
	return nil
}

// sampleClaims gives servers to the projects, and has one wait for what there is not.
func (a *App) sampleClaims(ctx context.Context) error {
	for _, c := range []struct {
		acronym, provider, key string
		labels                 []string
		count                  int
		serve                  bool // people depend on them
	}{
		{"MAPS", "HEXA", "demo-web", []string{"role=web"}, 8, true},
		{"MAPS", "HEXA", "demo-db", []string{"role=db"}, 2, true},
		{"PARCELS", "VALLEE", "demo-node", nil, 5, false},
	} {
		provider, err := a.providerID(ctx, c.provider)
		if err != nil {
			return err
		}
		for i := range c.count {
			wanted := allocation.ServerSelector{ProviderID: provider, Labels: c.labels}
			if err := a.sampleClaim(ctx, c.acronym, fmt.Sprintf("%s-%d", c.key, i), wanted, c.serve); err != nil {
				return err
			}
		}
	}
	parcels, err := a.DB.Client(ctx).Project.Query().Where(project.Acronym("PARCELS")).OnlyID(ctx)
	if err != nil {
		return err
	}
	if _, err = a.allocation.ClaimServer(ctx, allocation.Terms{ProjectID: parcels, Key: "demo-large", Wait: true, Note: "For the new register"},
		allocation.ServerSelector{Specification: schema.Specification{Cores: 64}}); err != nil {
		return err
	}
	_, err = a.allocation.ClaimAddress(ctx, allocation.Terms{ProjectID: parcels, Key: "demo-address", Note: "Virtual address of the register"},
		allocation.AddressSelector{Network: "backend"}, "")
	return err
}

func (a *App) sampleClaim(ctx context.Context, acronym, key string, wanted allocation.ServerSelector, serve bool) error {
	id, err := a.DB.Client(ctx).Project.Query().Where(project.Acronym(acronym)).OnlyID(ctx)
	if err != nil {
		return err
	}
	held, err := a.allocation.ClaimServer(ctx, allocation.Terms{ProjectID: id, Key: key}, wanted)
	if err != nil || !serve || held.ServerID == nil {
		return err
	}
	given, err := a.DB.Client(ctx).Server.Get(ctx, *held.ServerID)
	if err != nil || given.Lifecycle != server.LifecycleASSIGNED {
		return err
	}
	_, err = a.inventory.MoveServers(ctx, []string{given.ID}, inventory.PutInService, "")
	return err
}

func (a *App) sampleAccess(ctx context.Context) error {
	known, err := a.DB.Client(ctx).SecureAccess.Query().Exist(ctx)
	if err != nil || known {
		return err
	}
	one, err := a.serving(ctx)
	if err != nil || len(one) == 0 {
		return err
	}
	_, err = a.inventory.GrantAccess(ctx, inventory.AccessInput{
		ServerID: one[0].ID, Kind: secureaccess.KindBASTION, Holder: "Operators", Endpoint: "bastion.hexa.example.org:22",
	})
	return err
}

// serving are the servers that people depend on, by name.
func (a *App) serving(ctx context.Context) ([]*ent.Server, error) {
	return a.DB.Client(ctx).Server.Query().Where(server.LifecycleEQ(server.LifecycleIN_SERVICE)).Order(server.ByHostname()).All(ctx)
}

// sampleReports says how the servers are that people depend on: most are well, one is not at all.
func (a *App) sampleReports(ctx context.Context) error {
	servers, err := a.serving(ctx)
	if err != nil {
		return err
	}
	var reports []inventory.Report
	for i, s := range servers {
		http := inventory.Report{Subject: s.ID, Check: "http", Status: check.StatusOK, Message: "200 in 41 ms", Source: "blackbox"}
		disk := inventory.Report{Subject: s.ID, Check: "disk", Status: check.StatusOK, Message: "/ 34 % used", Source: "node-exporter"}
		switch i {
		case 2:
			http.Status, http.Message = check.StatusCRITICAL, "connection refused on port 443"
		case 4, 5:
			disk.Status, disk.Message = check.StatusWARNING, "/var 88 % used"
		}
		reports = append(reports, http, disk)
	}
	if len(servers) > 0 {
		reports = append(reports, inventory.Report{Subject: servers[0].ID, Check: lastCheck, Status: check.StatusOK, Message: "last night's backup is whole", Source: "restic"})
	}
	verdicts, err := a.inventory.ReportStates(ctx, reports)
	if err != nil {
		return err
	}
	for _, v := range verdicts {
		if v.Err != nil {
			return v.Err
		}
	}
	return nil
}
