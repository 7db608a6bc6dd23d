package processes_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// claimed is the answer to a claim, as a robot reads it.
type claimed struct {
	Claim *struct {
		ID, State, Key string
		Place          *int
		Server         *struct{ ID string }
		Address        *struct{ IP string }
	}
	UserErrors []struct {
		Code, Message string
		Field         []string
	}
}

// what is the thing that was got; empty when nothing was.
func (c claimed) what() string {
	switch {
	case c.Claim == nil:
		return ""
	case c.Claim.Server != nil:
		return c.Claim.Server.ID
	case c.Claim.Address != nil:
		return c.Claim.Address.IP
	}
	return ""
}

// short is what is said to be missing.
func (c claimed) short() string {
	if len(c.UserErrors) == 0 {
		return ""
	}
	return c.UserErrors[0].Code + " " + strings.Join(c.UserErrors[0].Field, ".") + ": " + c.UserErrors[0].Message
}

// robots claim through GraphQL, many at once. What is not answered is an error, as it is for a robot.
type robots struct {
	project, token string
	http           *http.Client
}

// robotsOf are robots with a token that may only read projects and claim, of a project of their own.
func robotsOf(in *installation, acronym string) *robots {
	in.t.Helper()
	in.catalog()
	var made struct {
		CreateProject struct{ Project struct{ ID string } }
	}
	in.client().Get(&made, `mutation($a: String!) { createProject(input: {acronym: $a, name: $a}) { project { id } userErrors { message } } }`, map[string]any{"a": acronym})
	var secret struct{ CreateAPIToken struct{ Secret string } }
	in.client().Get(&secret, `mutation { createApiToken(input: {name: "robots", scopes: ["project.read", "server.claim", "inventory.read"]}) { secret userErrors { message } } }`, nil)
	require.NotEmpty(in.t, secret.CreateAPIToken.Secret)
	pool := &http.Transport{MaxIdleConnsPerHost: 200}
	in.t.Cleanup(pool.CloseIdleConnections)
	return &robots{made.CreateProject.Project.ID, secret.CreateAPIToken.Secret, &http.Client{Transport: pool, Timeout: 2 * time.Minute}}
}

const claimFields = `claim { id state key place server { id } address { ip } } userErrors { code message field }`

// claim asks a server for a server or an address ("Server", "Address"), with more input than the project.
func (r *robots) claim(ctx context.Context, url, kind string, input map[string]any) (claimed, error) {
	whole := map[string]any{"projectId": r.project}
	maps.Copy(whole, input)
	var found struct{ Answer claimed }
	err := ask(ctx, r.http, url, r.token, &found, `mutation($input: Claim`+kind+`Input!) { answer: claim`+kind+`(input: $input) { `+claimFields+` } }`, map[string]any{"input": whole})
	return found.Answer, err
}

// ask sends an operation whose server may die meanwhile: then it is an error, and nobody knows what was done.
func ask(ctx context.Context, by *http.Client, url, token string, into any, query string, variables map[string]any) error {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/graphql", bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := by.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	var answer struct {
		Data   json.RawMessage
		Errors []struct{ Message string }
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return err
	}
	if len(answer.Errors) > 0 {
		return errors.New(answer.Errors[0].Message)
	}
	return json.Unmarshal(answer.Data, into)
}

// atOnce claims so many times at the same moment, the i-th at the i-th of the servers, and returns all answers.
func (r *robots) atOnce(t *testing.T, all []*installation, kind string, inputs []map[string]any) []claimed {
	t.Helper()
	answers, errs := make([]claimed, len(inputs)), make([]error, len(inputs))
	begin := make(chan struct{})
	var group sync.WaitGroup
	for i, input := range inputs {
		group.Go(func() {
			<-begin
			answers[i], errs[i] = r.claim(t.Context(), all[i%len(all)].url, kind, input)
		})
	}
	close(begin)
	group.Wait()
	require.NoError(t, errors.Join(errs...))
	return answers
}

// keyed are inputs of claims with keys of their own.
func keyed(mark string, count int, more map[string]any) (inputs []map[string]any) {
	for i := range count {
		input := map[string]any{"idempotencyKey": fmt.Sprint(mark, i)}
		maps.Copy(input, more)
		inputs = append(inputs, input)
	}
	return inputs
}

// turned is a list from its n-th on, then its beginning: the same claims meet other servers.
func turned[T any](list []T, n int) []T { return append(slices.Clone(list[n:]), list[:n]...) }

// requireOneEach proves that nothing was given twice, and counts what was given.
func requireOneEach(t *testing.T, answers []claimed) (given int) {
	t.Helper()
	owner := map[string]string{}
	for _, one := range answers {
		if one.what() == "" {
			continue
		}
		require.Equal(t, "HELD", one.Claim.State)
		require.Empty(t, owner[one.what()], "%s was given twice", one.what())
		owner[one.what()] = one.Claim.ID
	}
	return len(owner)
}

// fill gives an installation so many servers that are free, and a network of so many addresses or some more.
func (in *installation) fill(count int) {
	in.t.Helper()
	var provider struct {
		CreateHostingProvider struct{ Provider struct{ ID string } }
		CreateNetwork         struct{ Network struct{ ID string } }
	}
	in.client().Get(&provider, `mutation { createHostingProvider(input: {code: "STOCK", name: "Stock"}) { provider { id } userErrors { message } }
		createNetwork(input: {name: "wide", cidr: "10.64.0.0/20", gateway: "10.64.0.1", claimable: true}) { network { id } userErrors { message } } }`, nil)
	require.NotEmpty(in.t, provider.CreateNetwork.Network.ID)
	in.bring(provider.CreateHostingProvider.Provider.ID, "stock", count)
}

// anyProvider is a hosting provider.
func (in *installation) anyProvider() string {
	in.t.Helper()
	var found struct {
		HostingProviders struct {
			Edges []struct{ Node struct{ ID string } }
		}
	}
	in.client().Get(&found, `{ hostingProviders(first: 1) { edges { node { id } } } }`, nil)
	require.Len(in.t, found.HostingProviders.Edges, 1)
	return found.HostingProviders.Edges[0].Node.ID
}

// bring delivers servers and accepts them, in pages.
func (in *installation) bring(provider, mark string, count int) {
	in.t.Helper()
	var csv strings.Builder
	csv.WriteString("hostname,cores\n")
	for i := range count {
		fmt.Fprintf(&csv, "%s-%04d,8\n", mark, i)
	}
	var done struct {
		ImportServers struct {
			Added      int
			UserErrors []struct{ Message string }
		}
		MoveServers struct{ UserErrors []struct{ Message string } }
	}
	in.client().Get(&done, `mutation($p: ID!, $csv: String!) { importServers(input: {providerId: $p, csv: $csv}) { added userErrors { message } } }`, map[string]any{"p": provider, "csv": csv.String()})
	require.Empty(in.t, done.ImportServers.UserErrors)
	require.Equal(in.t, count, done.ImportServers.Added)
	for {
		ids := in.delivered()
		if len(ids) == 0 {
			return
		}
		in.client().Get(&done, `mutation($ids: [ID!]!) { moveServers(input: {ids: $ids, move: ACCEPT}) { userErrors { message } } }`, map[string]any{"ids": ids})
		require.Empty(in.t, done.MoveServers.UserErrors)
	}
}

// delivered is a page of the servers that nobody has accepted yet.
func (in *installation) delivered() (ids []string) {
	in.t.Helper()
	var found struct {
		Servers struct {
			Edges []struct{ Node struct{ ID string } }
		}
	}
	in.client().Get(&found, `{ servers(first: 100, where: {lifecycle: DELIVERED}) { edges { node { id } } } }`, nil)
	for _, edge := range found.Servers.Edges {
		ids = append(ids, edge.Node.ID)
	}
	return ids
}

// count counts by a where-clause of a list.
func (in *installation) count(list, where string) int {
	in.t.Helper()
	var found struct{ List struct{ TotalCount int } }
	in.client().Get(&found, `{ list: `+list+`(where: {`+where+`}) { totalCount } }`, nil)
	return found.List.TotalCount
}

// requireBalanced proves that what is held and what is taken are the same: nothing was lost, nothing was taken by nobody.
func (in *installation) requireBalanced(given int) {
	in.t.Helper()
	require.Equal(in.t, given, in.count("claims", "state: HELD, kind: SERVER"), "claims that hold a server")
	require.Equal(in.t, given, in.count("servers", "lifecycle: ASSIGNED"), "servers that are taken")
}

// Two hundred claims of servers and two thousand of addresses at once, over three processes.
func TestThousandsClaimOverSeveralProcesses(t *testing.T) {
	t.Parallel()
	all := replicas(t, 3, "ARPENT_LOG_LEVEL=warn")
	all[0].fill(250)
	r := robotsOf(all[0], "MANY")
	r.everybodyGetsOne(t, all, "Server", 200)
	r.everybodyGetsOne(t, all, "Address", 200)
	r.everybodyGetsOne(t, all, "Address", 2000)
	twice := keyed("twice-", 20, nil)
	answers := r.atOnce(t, all, "Server", append(slices.Clone(twice), turned(twice, 1)...))
	require.Equal(t, answers[:20], turned(answers[20:], 19), "two at once with one key are one")
	require.Equal(t, 20, requireOneEach(t, answers[:20]))
	all[2].requireBalanced(220)
}

// everybodyGetsOne claims what there is enough of: everybody gets a thing of their own, and whoever asks again gets the first answer,
// wherever it asks.
func (r *robots) everybodyGetsOne(t *testing.T, all []*installation, kind string, many int) {
	t.Helper()
	began, inputs := time.Now(), keyed(fmt.Sprint(kind, many, "-"), many, nil)
	first := r.atOnce(t, all, kind, inputs)
	require.Equal(t, many, requireOneEach(t, first))
	require.Equal(t, first, turned(r.atOnce(t, all, kind, turned(inputs, 1)), many-1), "a retry gets the first answer, from another process")
	t.Logf("%d × claim%s, and all of them again: %s", many, kind, time.Since(began).Round(time.Millisecond))
}

// Two thousand at once for ten servers: ten get one each, and everybody else is told what is short.
func TestTwoThousandClaimTenServers(t *testing.T) {
	t.Parallel()
	all := replicas(t, 2, "ARPENT_LOG_LEVEL=warn")
	all[0].fill(10)
	r := robotsOf(all[0], "RUSH")
	inputs := keyed("rush-", 2000, map[string]any{"selector": map[string]any{"specification": map[string]any{"cores": 4}}})
	answers := r.atOnce(t, all, "Server", inputs)
	require.Equal(t, 10, requireOneEach(t, answers))
	for i, one := range answers {
		if one.Claim == nil {
			require.Equal(t, "CONFLICT selector: No server is free that fits: cores ≥ 4. 10 servers have that, and none of them is free.", one.short())
			continue
		}
		again, err := r.claim(t.Context(), all[(i+1)%len(all)].url, "Server", inputs[i])
		require.NoError(t, err)
		require.Equal(t, one, again)
	}
	all[1].requireBalanced(10)
}

// Two hundred at once on SQLite, in one process.
func TestTwoHundredClaimOnSQLite(t *testing.T) {
	t.Parallel()
	in := install(t, "ARPENT_WORKERS=0", "ARPENT_LOG_LEVEL=warn")
	in.fill(190)
	r, all := robotsOf(in, "FILE"), []*installation{in}
	inputs := keyed("file-", 200, nil)
	first := r.atOnce(t, all, "Server", inputs)
	require.Equal(t, 190, requireOneEach(t, first))
	addresses := r.atOnce(t, all, "Address", keyed("address-", 100, nil))
	require.Equal(t, 100, requireOneEach(t, addresses))
	held := slices.DeleteFunc(slices.Clone(inputs), func(input map[string]any) bool {
		return slices.IndexFunc(first, func(c claimed) bool { return c.Claim != nil && c.Claim.Key == input["idempotencyKey"] }) < 0
	})
	require.Len(t, held, 190, "a claim keeps its key")
	for i, one := range r.atOnce(t, all, "Server", held) {
		require.Equal(t, held[i]["idempotencyKey"], one.Claim.Key)
		require.Contains(t, first, one, "a retry gets the first answer")
	}
	in.requireBalanced(190)
}

// Whoever waits is served in the order in which they came, whichever process they asked and whichever frees something; who does
// not wait never overtakes them.
func TestTheLineIsOneOverAllProcesses(t *testing.T) {
	t.Parallel()
	all := replicas(t, 3, "ARPENT_LOG_LEVEL=warn")
	all[0].fill(1)
	r := robotsOf(all[0], "LINE")
	_, err := r.claim(t.Context(), all[0].url, "Server", nil)
	require.NoError(t, err)
	var line []string
	for i, input := range keyed("line-", 30, map[string]any{"wait": true}) {
		one, err := r.claim(t.Context(), all[i%3].url, "Server", input)
		require.NoError(t, err)
		require.Equal(t, "WAITING", one.Claim.State)
		require.Equal(t, i+1, *one.Claim.Place)
		line = append(line, one.Claim.ID)
	}
	provider := all[0].anyProvider()
	for round := range 3 {
		done := make(chan struct{})
		var impatient sync.WaitGroup
		for i := range 6 {
			impatient.Go(func() {
				for {
					select {
					case <-done:
						return
					default:
					}
					one, err := r.claim(t.Context(), all[i%3].url, "Server", nil)
					if err != nil || one.Claim != nil {
						t.Errorf("somebody overtook the line: %+v %v", one.Claim, err)
						return
					}
				}
			})
		}
		all[round].bring(provider, fmt.Sprint("round", round), 7)
		served := (round + 1) * 7
		require.Eventually(t, func() bool { return all[(round+1)%3].count("claims", "state: HELD, kind: SERVER") == served+1 }, time.Minute, 50*time.Millisecond)
		close(done)
		impatient.Wait()
		for i, id := range line {
			var found struct{ Node struct{ State string } }
			all[round].client().Get(&found, `query($id: ID!) { node(id: $id) { ... on Claim { state } } }`, map[string]any{"id": id})
			require.Equal(t, map[bool]string{true: "HELD", false: "WAITING"}[i < served], found.Node.State, "place %d after %d were served", i+1, served)
		}
	}
	all[0].requireBalanced(22)
}
