package allocation

import (
	"cmp"
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"entgo.io/ent/dialect/sql"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/hostingprovider"
	"github.com/arpent/arpent/ent/network"
	"github.com/arpent/arpent/ent/predicate"
	"github.com/arpent/arpent/ent/schema"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/fault"
)

// What a refusal costs is bounded: of so many servers they are counted, after so many wishes and networks it ends with an ellipsis.
const (
	mostCounted = 1000
	mostTold    = 8
)

// want is one part of a selector: what people read of it, and its condition. Where it is a size, column has the sizes that there are.
type want struct {
	text   fault.Text
	is     []predicate.Server
	column string
	unit   func(int) fault.Text
}

// wants are the parts of a selector, in the order in which they are told.
func (s *Service) wants(ctx context.Context, client *ent.Client, sel *ServerSelector) ([]want, error) {
	var all []want
	add := func(text fault.Text, only ServerSelector) { all = append(all, want{text: text, is: only.where()}) }
	for _, label := range sel.Labels {
		add(fault.Text{EN: label, FR: label}, ServerSelector{Labels: []string{label}})
	}
	all = append(all, sizes(sel.Specification)...)
	for _, t := range []struct {
		is       string
		en, fr   string
		selector schema.Specification
	}{
		{sel.Specification.Architecture, "architecture", "architecture", schema.Specification{Architecture: sel.Specification.Architecture}},
		{sel.Specification.System, "system", "système", schema.Specification{System: sel.Specification.System}},
		{sel.Specification.Location, "location", "emplacement", schema.Specification{Location: sel.Specification.Location}},
	} {
		if t.is != "" {
			add(fault.Text{EN: t.en + " = " + t.is, FR: t.fr + " = " + t.is}, ServerSelector{Specification: t.selector})
		}
	}
	if sel.ProviderID != "" {
		name, err := nameOr(sel.ProviderID)(client.HostingProvider.Query().Where(hostingprovider.ID(sel.ProviderID)).Select(hostingprovider.FieldName).String(ctx))
		if err != nil {
			return nil, err
		}
		add(fault.Text{EN: "hosting provider = " + name, FR: "hébergeur = " + name}, ServerSelector{ProviderID: sel.ProviderID})
	}
	if sel.NetworkID != "" {
		name, err := nameOr(sel.NetworkID)(client.Network.Query().Where(network.ID(sel.NetworkID)).Select(network.FieldName).String(ctx))
		if err != nil {
			return nil, err
		}
		add(fault.Text{EN: "network = " + name, FR: "réseau = " + name}, ServerSelector{NetworkID: sel.NetworkID})
	}
	if n := len(sel.IDs); n > 0 {
		add(fault.Text{EN: fmt.Sprintf("one of %d servers", n), FR: fmt.Sprintf("l’un de %d serveurs", n)}, ServerSelector{IDs: sel.IDs})
	}
	return all, nil
}

// nameOr is a name that was looked for, or the id where it is gone.
func nameOr(id string) func(string, error) (string, error) {
	return func(name string, err error) (string, error) {
		if ent.IsNotFound(err) {
			return id, nil
		}
		return name, err
	}
}

func sizes(spec schema.Specification) (all []want) {
	for _, size := range []struct {
		n              int
		column, en, fr string
		unit           func(int) fault.Text
		only           schema.Specification
	}{
		{spec.Cores, server.FieldCores, "cores", "cœurs", plain, schema.Specification{Cores: spec.Cores}},
		{spec.MemoryMiB, server.FieldMemoryMib, "memory", "mémoire", mebibytes, schema.Specification{MemoryMiB: spec.MemoryMiB}},
		{spec.DiskGiB, server.FieldDiskGib, "disk", "disque", gibibytes, schema.Specification{DiskGiB: spec.DiskGiB}},
	} {
		if size.n > 0 {
			shown := size.unit(size.n)
			text := fault.Text{EN: size.en + " ≥ " + shown.EN, FR: size.fr + " ≥ " + shown.FR}
			all = append(all, want{text: text, is: AtLeast(size.only), column: size.column, unit: size.unit})
		}
	}
	return all
}

func plain(n int) fault.Text { return fault.Text{EN: fmt.Sprint(n), FR: fmt.Sprint(n)} }
func gibibytes(n int) fault.Text {
	return fault.Text{EN: fmt.Sprint(n, " GiB"), FR: fmt.Sprint(n, " Gio")}
}

func mebibytes(n int) fault.Text {
	if n%1024 == 0 {
		return gibibytes(n / 1024)
	}
	return fault.Text{EN: fmt.Sprint(n, " MiB"), FR: fmt.Sprint(n, " Mio")}
}

// someThere refuses ids of which none is a server that may ever become free: who waits for one would wait for ever.
func someThere(ctx context.Context, client *ent.Client, w wish) error {
	if w.server == nil || len(w.server.IDs) == 0 {
		return nil
	}
	there, err := client.Server.Query().Where(server.IDIn(w.server.IDs...), server.LifecycleNEQ(server.LifecycleRETIRED)).Exist(asAllocation(ctx))
	if err == nil && !there {
		err = fault.New(fault.NotFound, textNoneOfThese).At("selector", "ids")
	}
	return err
}

// shortOfServers says what is short when no server is free that fits. Who may read the inventory is told of all servers that there are;
// others only of those that are free, which they could find out by claiming.
func (s *Service) shortOfServers(ctx context.Context, client *ent.Client, sel *ServerSelector) error {
	told := access.FromContext(ctx).May(access.InventoryRead)
	ctx = asAllocation(ctx)
	wants, err := s.wants(ctx, client, sel)
	if err != nil {
		return err
	}
	within := server.And(server.LifecycleEQ(server.LifecycleAVAILABLE), server.ProjectIDIsNil())
	if told {
		within = server.LifecycleNotIn(server.LifecycleRETIRED, server.LifecycleREJECTED)
	}
	some := func(where ...predicate.Server) *ent.ServerQuery {
		return client.Server.Query().Where(within).Where(where...)
	}
	if told {
		ids, err := some(sel.where()...).Limit(mostCounted + 1).IDs(ctx)
		if err != nil {
			return err
		}
		if len(ids) > 0 {
			return shortage(wants, allTaken(len(ids)))
		}
	}
	if there, err := some().Exist(ctx); err != nil || !there {
		return cmp.Or(err, shortage(wants, fault.Text{})) // of nothing there is nothing to say
	}
	why, err := textsFor(told).failing(ctx, some, wants)
	if err != nil {
		return err
	}
	return shortage(wants, why)
}

// shortage is the refusal: what was asked for, and why there is none.
func shortage(wants []want, why fault.Text) error {
	if len(wants) == 0 {
		return fault.New(fault.Conflict, joined(" ", textNoneFree, why)).At("selector")
	}
	var texts []fault.Text
	for _, w := range wants {
		texts = append(texts, w.text)
	}
	asked := fault.New(fault.Conflict, textNoServer, joined(", ", texts...)).Text()
	return fault.New(fault.Conflict, joined(" ", asked, why)).At("selector")
}

func allTaken(n int) fault.Text {
	switch {
	case n > mostCounted:
		return fault.New(fault.Conflict, textManyTaken, mostCounted).Text()
	case n == 1:
		return textOneTaken
	}
	return fault.New(fault.Conflict, textAllTaken, n).Text()
}

// noneTexts say what no server has, of those that were looked at.
type noneTexts struct{ has, mostIs, together fault.Text }

// textsFor are the texts for who is told of all servers, or only of those that are free: of the others they say nothing.
func textsFor(all bool) noneTexts {
	if all {
		return noneTexts{textNoneHas, textMostIs, textNotTogether}
	}
	return noneTexts{textNoneFreeHas, textMostFreeIs, textNotTogetherFree}
}

// failing says which wishes no server has, each by itself; where each has one, that none has all together.
func (t noneTexts) failing(ctx context.Context, some func(...predicate.Server) *ent.ServerQuery, wants []want) (fault.Text, error) {
	var missing []fault.Text
	for _, w := range wants[:min(len(wants), mostTold)] {
		has, err := some(w.is...).Exist(ctx)
		if err != nil {
			return fault.Text{}, err
		}
		if has {
			continue
		}
		text := fault.New(fault.Conflict, t.has, w.text).Text()
		if w.column != "" {
			if text, err = t.most(ctx, w, some); err != nil {
				return fault.Text{}, err
			}
		}
		missing = append(missing, text)
	}
	switch {
	case len(missing) > 0:
		return joined(" ", missing...), nil
	case len(wants) > 1:
		return t.together, nil
	}
	return fault.Text{}, nil
}

// most says what the most is that there is of a size.
func (t noneTexts) most(ctx context.Context, w want, some func(...predicate.Server) *ent.ServerQuery) (fault.Text, error) {
	largest, err := some().Order(sql.OrderByField(w.column, sql.OrderDesc()).ToFunc()).Limit(1).Select(w.column).Ints(ctx)
	if err != nil || len(largest) == 0 || largest[0] == 0 {
		return fault.New(fault.Conflict, t.has, w.text).Text(), err
	}
	return fault.New(fault.Conflict, t.mostIs, w.text, w.unit(largest[0])).Text(), nil
}

// joined is several texts as one, in each language.
func joined(between string, texts ...fault.Text) fault.Text {
	var en, fr []string
	for _, t := range texts {
		if t.EN != "" {
			en, fr = append(en, t.EN), append(fr, t.FR)
		}
	}
	return fault.Text{EN: strings.Join(en, between), FR: strings.Join(fr, between)}
}

// shortOfAddresses says how full the networks are that fit.
func (s *Service) shortOfAddresses(ctx context.Context, client *ent.Client, w wish) error {
	networks, err := networksFor(asAllocation(ctx), client, w.address, w.ProjectID)
	if err != nil {
		return err
	}
	told := networks[:min(len(networks), mostTold)]
	ids := make([]string, len(told))
	for i, n := range told {
		ids[i] = n.ID
	}
	used, err := s.Utilizations(asAllocation(ctx), ids)
	if err != nil {
		return err
	}
	var full []fault.Text
	for _, n := range told {
		u := used[n.ID]
		taken := new(big.Int).Sub(u.Total, u.Free)
		full = append(full, fault.New(fault.Conflict, textFull, n.Name, n.Cidr, taken, u.Total).Text())
	}
	if len(networks) > len(told) {
		full = append(full, fault.Text{EN: "…", FR: "…"})
	}
	return fault.New(fault.Conflict, textExhausted, joined(", ", full...)).At("selector")
}

// noNetwork says why no network fits, by what the viewer wished for that the networks it may claim from do not have. It is always a Conflict:
// networks change under those who wait, and any other refusal would stop their line.
func noNetwork(ctx context.Context, client *ent.Client, w wish) error {
	ctx = asAllocation(ctx)
	a := *w.address
	ip, family := a.IP, a.Family
	a.IP, a.Family = "", ""
	rest, err := networksFor(ctx, client, &a, w.ProjectID)
	if err != nil {
		return err
	}
	addr, parsed := parseIP(ip)
	if parsed == nil {
		family = string(network.FamilyIPV6)
		if addr.Is4() {
			family = string(network.FamilyIPV4)
		}
	}
	same := slices.ContainsFunc(rest, func(n *ent.Network) bool { return string(n.Family) == family })
	named := a.Network != "" || a.NetworkID != ""
	switch {
	case len(rest) > 0 && parsed == nil && named && !same:
		return fault.New(fault.Conflict, textOtherFamily, ip, rest[0].Name, rest[0].Cidr).At("selector", "ip")
	case len(rest) > 0 && parsed == nil:
		return fault.New(fault.Conflict, textInNone, ip, listed(rest)).At("selector", "ip")
	case len(rest) > 0 && named && !same:
		return fault.New(fault.Conflict, textNotOfFamily, rest[0].Name, rest[0].Cidr, family).At("selector", "family")
	}
	return fault.New(fault.Conflict, textNoNetworkFits).At("selector")
}

// listed names the first of some networks.
func listed(networks []*ent.Network) string {
	if len(networks) > mostTold {
		return names(networks[:mostTold]) + ", …"
	}
	return names(networks)
}

// gatewayOf is the network of some of which an address is the gateway, when it is that in all of them: nobody will ever get it.
func gatewayOf(networks []*ent.Network, ip string) *ent.Network {
	addr, err := parseIP(ip)
	if err != nil || len(networks) == 0 {
		return nil
	}
	for _, n := range networks {
		if !reserves(n, bytesOf(addr)) {
			return nil
		}
	}
	return networks[0]
}
