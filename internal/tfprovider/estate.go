package tfprovider

import (
	"context"
	"fmt"
)

// project is a project as Arpent tells of it.
type project struct {
	ID           string            `json:"id"`
	Acronym      string            `json:"acronym"`
	Name         string            `json:"name"`
	Description  text              `json:"description"`
	Status       string            `json:"status"`
	Budget       *float64          `json:"budget"`
	Tags         map[string]string `json:"tags"`
	Organization struct {
		Name string `json:"name"`
		Code string `json:"code"`
	} `json:"organization"`
}

// text is words in both languages.
type text struct{ En, Fr string }

type server struct {
	ID           string            `json:"id"`
	Hostname     string            `json:"hostname"`
	ExternalID   string            `json:"externalID"`
	Lifecycle    string            `json:"lifecycle"`
	Health       string            `json:"health"`
	Cores        int64             `json:"cores"`
	MemoryMiB    int64             `json:"memoryMib"`
	DiskGiB      int64             `json:"diskGib"`
	Architecture string            `json:"architecture"`
	System       string            `json:"system"`
	Location     string            `json:"location"`
	Labels       map[string]string `json:"labels"`
	Provider     struct {
		Code string `json:"code"`
	} `json:"provider"`
	Addresses []struct {
		IP string `json:"ip"`
	} `json:"addresses"`
}

const serverFields = `id hostname externalID lifecycle health cores memoryMib diskGib architecture system location labels provider { code } addresses { ip }`

func (s *server) ips() []string {
	ips := make([]string, len(s.Addresses))
	for i, a := range s.Addresses {
		ips[i] = a.IP
	}
	return ips
}

type address struct {
	ID      string  `json:"id"`
	IP      string  `json:"ip"`
	Network network `json:"network"`
}

const addressFields = `id ip network { ` + networkFields + ` }`

type network struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Scope       string `json:"scope"`
	CIDR        string `json:"cidr"`
	Family      string `json:"family"`
	Gateway     string `json:"gateway"`
	VLAN        *int64 `json:"vlan"`
	Claimable   bool   `json:"claimable"`
	Utilization struct {
		Total string `json:"total"`
		Free  string `json:"free"`
	} `json:"utilization"`
}

const networkFields = `id name scope cidr family gateway vlan claimable`

// edges is a page of a list.
type edges[T any] struct {
	Edges    []struct{ Node T }
	PageInfo struct {
		HasNextPage bool
		EndCursor   string
	}
}

// itsProject is the project that the provider works for; it is looked up once.
func (c *client) itsProject(ctx context.Context) (*project, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.project != nil {
		return c.project, nil
	}
	var found struct{ Projects edges[project] }
	err := c.ask(ctx, &found, `query($name: String!, $id: ID!) { projects(first: 1, where: {or: [{acronym: $name}, {id: $id}]}) { edges { node {
		id acronym name description { en fr } status budget tags organization { name code } } } } }`, map[string]any{"name": c.named, "id": c.named})
	if err != nil {
		return nil, err
	}
	if len(found.Projects.Edges) == 0 {
		return nil, fmt.Errorf("there is no project %s, or the token is not for it", c.named)
	}
	c.project = &found.Projects.Edges[0].Node
	return c.project, nil
}

// serversOf lists the servers of the project that have all of the labels.
func (c *client) serversOf(ctx context.Context, labels []string) ([]server, error) {
	owner, err := c.itsProject(ctx)
	if err != nil {
		return nil, err
	}
	where := map[string]any{"projectID": owner.ID}
	if len(labels) > 0 {
		where["labels"] = labels
	}
	var all []server
	for after := any(nil); ; {
		var found struct{ Servers edges[server] }
		err := c.ask(ctx, &found, `query($after: Cursor, $where: ServerWhereInput) { servers(first: 100, after: $after, where: $where) {
			edges { node { `+serverFields+` } } pageInfo { hasNextPage endCursor } } }`, map[string]any{"after": after, "where": where})
		if err != nil {
			return nil, err
		}
		for _, edge := range found.Servers.Edges {
			all = append(all, edge.Node)
		}
		if !found.Servers.PageInfo.HasNextPage {
			return all, nil
		}
		after = found.Servers.PageInfo.EndCursor
	}
}

// networkLike is the one network that a condition fits.
func (c *client) networkLike(ctx context.Context, where map[string]any) (*network, error) {
	var found struct{ Networks edges[network] }
	err := c.ask(ctx, &found, `query($where: NetworkWhereInput) { networks(first: 2, where: $where) {
		edges { node { `+networkFields+` utilization { total free } } } } }`, map[string]any{"where": where})
	switch {
	case err != nil:
		return nil, err
	case len(found.Networks.Edges) == 0:
		return nil, fmt.Errorf("no network that the project may see fits")
	case len(found.Networks.Edges) > 1:
		return nil, fmt.Errorf("more than one network fits; say its id or its scope")
	}
	return &found.Networks.Edges[0].Node, nil
}

// report states how something is.
func (c *client) report(ctx context.Context, input map[string]any) (id, observedAt string, err error) {
	var found struct {
		ReportState struct {
			Report *struct {
				ID         string `json:"id"`
				ObservedAt string `json:"observedAt"`
			}
			UserErrors refusals
		}
	}
	err = c.ask(ctx, &found, `mutation($input: ReportStateInput!) { reportState(input: $input) { report { id observedAt } userErrors { message field } } }`,
		map[string]any{"input": input})
	if err == nil {
		err = found.ReportState.UserErrors.orNil()
	}
	if err != nil || found.ReportState.Report == nil {
		return "", "", err
	}
	return found.ReportState.Report.ID, found.ReportState.Report.ObservedAt, nil
}
