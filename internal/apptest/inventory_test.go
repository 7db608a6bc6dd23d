package apptest_test

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/schema"
	"github.com/arpent/arpent/internal/apptest"
)

// inventory adds to an estate what a project has of the inventory, and what nobody has yet.
func (l *land) inventory(p *ent.Project, mark string, e estate) {
	l.t.Helper()
	ctx, c, n := apptest.System(), l.client, l.number()
	cidr := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(n >> 8), byte(n), 0}), 24)
	e["cidr"], e["fresh cidr"] = cidr.String(), fmt.Sprintf("172.%d.%d.0/24", 16+n>>8, n&255)
	provider := func(code string) string {
		return c.HostingProvider.Create().SetCode(fmt.Sprintf("%s%d", code, n)).SetName(code).SaveX(ctx).ID
	}
	e["HostingProvider"], e["idle provider"] = provider("HSP"), provider("IDLE")
	network := func(prefix netip.Prefix, name string) string {
		first, last := prefix.Addr().As16(), prefix.Addr().As16()
		last[15] = 255
		return c.Network.Create().SetName(name).SetCidr(prefix.String()).SetFamily("IPV4").SetFirst(first[:]).SetLast(last[:]).
			SetProviderID(e["HostingProvider"]).SetProjectID(p.ID).SaveX(ctx).ID
	}
	e["Network"] = network(cidr, mark)
	e["idle network"] = network(netip.PrefixFrom(netip.AddrFrom4([4]byte{11, byte(n >> 8), byte(n), 0}), 24), mark)
	order := c.PurchaseOrder.Create().SetNumber(fmt.Sprintf("%s-%d", mark, n)).SetTitle(mark).SetProviderID(e["HostingProvider"]).SetProjectID(p.ID).SetWishedBy(mark).SaveX(ctx)
	e["PurchaseOrder"] = order.ID
	e["OrderLine"] = c.OrderLine.Create().SetOrderID(order.ID).SetPosition(0).SetKind("SERVER").SetCount(2).SetTitle(mark).
		SetSpecification(schema.Specification{Cores: 8}).SaveX(ctx).ID
	e["ImportSession"] = c.ImportSession.Create().SetProviderID(e["HostingProvider"]).SetFileName(mark).SetSha256("0").
		SetAdded(1).SetChanged(0).SetUnchanged(0).SetCreatedBy(mark).SaveX(ctx).ID
	machine := c.Server.Create().SetHostname(fmt.Sprintf("%s-%d", mark, n)).SetProviderID(e["HostingProvider"]).SetSessionID(e["ImportSession"]).
		SetOrderLineID(e["OrderLine"]).SetProjectID(p.ID).SetLifecycle("ASSIGNED").SetLabels(map[string]string{"mark": mark}).SaveX(ctx)
	e["Server"] = machine.ID
	c.ServerLabel.Create().SetServerID(machine.ID).SetName("mark").SetValue(mark).ExecX(ctx)
	c.Server.Create().SetHostname(fmt.Sprintf("free-%d", n)).SetProviderID(e["HostingProvider"]).SetLifecycle("AVAILABLE").ExecX(ctx)
	ip := cidr.Addr().Next()
	value := ip.As16()
	e["Address"] = c.Address.Create().SetNetworkID(e["Network"]).SetIP(ip.String()).SetValue(value[:]).SetState("ASSIGNED").SetServerID(machine.ID).SetProjectID(p.ID).SaveX(ctx).ID
	e["SecureAccess"] = c.SecureAccess.Create().SetServerID(machine.ID).SetProjectID(p.ID).SetKind("VPN").SetHolder(mark).SaveX(ctx).ID
	e["Claim"] = c.Claim.Create().SetKind("SERVER").SetState("HELD").SetProjectID(p.ID).SetKey(mark).SetInputDigest("d").SetSelector(json.RawMessage(`{}`)).
		SetServerID(machine.ID).SetRequestedByID(l.author.ID).SetRequestedBy(mark).SaveX(ctx).ID
	e["Check"] = c.Check.Create().SetSubjectID(machine.ID).SetServerID(machine.ID).SetProjectID(p.ID).SetName(mark).SetStatus("OK").SetSource(mark).
		SetReporter(mark).SetObservedAt(time.Now().UTC()).SetSince(time.Now().UTC()).SaveX(ctx).ID
	e["StateReport"] = c.StateReport.Create().SetCheckID(e["Check"]).SetProjectID(p.ID).SetStatus("OK").SetSource(mark).SetReporter(mark).SetObservedAt(time.Now().UTC()).SaveX(ctx).ID
}

// givenInventory are the arguments of the inventory's operations that have a meaning of their own.
func givenInventory(operation, argument string, e estate) (any, bool) {
	host := strings.ToLower(e["fresh"])
	value, ok := map[string]any{
		"createHostingProvider.code": e["fresh"], "createOrder.title": "T", "updateOrder.title": "T", "createOrder.count": 1, "createOrder.number": e["fresh"],
		"moveOrder.to": "ORDERED", "moveServers.ids": []string{e["Server"]}, "changeServers.ids": []string{e["Server"]}, "labelServers.ids": []string{e["Server"]}, "grantAccess.kind": "VPN",
		"createNetwork.cidr": e["fresh cidr"], "reserveAddresses.first": strings.Replace(e["cidr"], ".0/24", ".200", 1),
		"importServers.csv": "hostname\n" + host + "\n", "reportState.subjectId": e["Server"], "reportStates.subjectId": e["Server"],
	}[operation+"."+argument]
	if ok {
		return value, true
	}
	value, ok = map[string]any{"providerId": e["HostingProvider"], "networkId": e["Network"]}[argument]
	return value, ok
}

// inventory adds what each project of a crowd has of the inventory.
func (c crowd) inventory(i int, project string) {
	n, now := fmt.Sprintf("%03d", i), time.Now().UTC()
	provider := c.HostingProvider.Create().SetCode("H" + n).SetName(n).SaveX(c.ctx).ID
	first := netip.AddrFrom4([4]byte{12, byte(i >> 8), byte(i), 0}).As16()
	network := c.Network.Create().SetName(n).SetCidr(fmt.Sprintf("12.%d.%d.0/24", i>>8, i&255)).SetFamily("IPV4").SetFirst(first[:]).SetLast(first[:]).
		SetProviderID(provider).SetProjectID(project).SaveX(c.ctx).ID
	order := c.PurchaseOrder.Create().SetNumber(n).SetTitle(n).SetProviderID(provider).SetProjectID(project).SetWishedBy(n).SaveX(c.ctx).ID
	line := c.OrderLine.Create().SetOrderID(order).SetPosition(0).SetKind("SERVER").SetCount(2).SetTitle(n).SaveX(c.ctx).ID
	session := c.ImportSession.Create().SetProviderID(provider).SetOrderID(order).SetFileName(n).SetSha256(n).SetAdded(1).SetChanged(0).SetUnchanged(0).SetCreatedBy(n).SaveX(c.ctx).ID
	machine := c.Server.Create().SetHostname("h" + n).SetProviderID(provider).SetSessionID(session).SetOrderLineID(line).SetProjectID(project).SetLifecycle("ASSIGNED").SaveX(c.ctx).ID
	c.Address.Create().SetNetworkID(network).SetIP(fmt.Sprintf("12.%d.%d.9", i>>8, i&255)).SetValue(first[:]).SetState("ASSIGNED").SetServerID(machine).SetProjectID(project).ExecX(c.ctx)
	c.SecureAccess.Create().SetServerID(machine).SetProjectID(project).SetKind("VPN").SetHolder(n).ExecX(c.ctx)
	c.Claim.Create().SetKind("SERVER").SetState("HELD").SetProjectID(project).SetKey(n).SetInputDigest(n).SetSelector(json.RawMessage(`{}`)).SetServerID(machine).
		SetRequestedByID(n).SetRequestedBy(n).ExecX(c.ctx)
	check := c.Check.Create().SetSubjectID(machine).SetServerID(machine).SetProjectID(project).SetName(n).SetStatus("OK").SetSource(n).SetReporter(n).
		SetObservedAt(now).SetSince(now).SaveX(c.ctx).ID
	c.StateReport.Create().SetCheckID(check).SetProjectID(project).SetStatus("OK").SetSource(n).SetReporter(n).SetObservedAt(now).ExecX(c.ctx)
}
