package tfprovider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// claimState is the state of a resource that is a claim: a serverModel or an addressModel.
type claimState[M any] interface {
	*M
	common() *claimModel
	wish(ctx context.Context, problems *diag.Diagnostics) wish
	fill(ctx context.Context, c *claim, problems *diag.Diagnostics)
	selected(ctx context.Context, c *claim, problems *diag.Diagnostics)
}

// claimResource is a resource that is a claim: what it claims is its model's to say, how it lives is the same for all.
type claimResource[M any, S claimState[M]] struct {
	connected
	kind   string // server or address
	schema func() schema.Schema
}

var (
	_ resource.ResourceWithConfigure   = (*claimResource[serverModel, *serverModel])(nil)
	_ resource.ResourceWithImportState = (*claimResource[addressModel, *addressModel])(nil)
)

// Metadata names the resource.
func (r *claimResource[M, S]) Metadata(_ context.Context, _ resource.MetadataRequest, response *resource.MetadataResponse) {
	response.TypeName = "arpent_" + r.kind
}

// Schema says what it takes and gives.
func (r *claimResource[M, S]) Schema(_ context.Context, _ resource.SchemaRequest, response *resource.SchemaResponse) {
	response.Schema = r.schema()
}

// Create claims. What was claimed is in the state even when it can not be seen, so that destroying gives it back.
func (r *claimResource[M, S]) Create(ctx context.Context, request resource.CreateRequest, response *resource.CreateResponse) {
	m, problems := S(new(M)), &response.Diagnostics
	problems.Append(request.Plan.Get(ctx, m)...)
	w := m.wish(ctx, problems)
	if problems.HasError() {
		return
	}
	made, err := r.obtain(ctx, w)
	if err != nil {
		problems.AddError("No "+r.kind+" could be claimed for "+w.Name, err.Error())
		return
	}
	m.fill(ctx, made, problems)
	problems.Append(response.State.Set(ctx, m)...)
}

// Read looks whether the claim is still held. One that has ended is out of the state, so that the plan shows that it will be made
// again. An import gives the id alone: what was asked for is read from the claim.
func (r *claimResource[M, S]) Read(ctx context.Context, request resource.ReadRequest, response *resource.ReadResponse) {
	m, problems := S(new(M)), &response.Diagnostics
	problems.Append(request.State.Get(ctx, m)...)
	if problems.HasError() {
		return
	}
	id := m.common().ID.ValueString()
	seen, err := r.find(ctx, id)
	switch {
	case err != nil:
		problems.AddError("The claim "+id+" could not be read", err.Error())
		return
	case seen == nil || !seen.held():
		response.State.RemoveResource(ctx)
		return
	case seen.Kind != strings.ToUpper(r.kind):
		problems.AddError("This is another kind of claim", "The claim "+id+" is not of a "+r.kind+".")
		return
	}
	if m.common().Name.IsNull() {
		m.common().Name = types.StringValue(nameIn(seen.Key))
		m.selected(ctx, seen, problems)
	}
	m.fill(ctx, seen, problems)
	problems.Append(response.State.Set(ctx, m)...)
}

// Update changes how long the claim lasts; all else is another claim.
func (r *claimResource[M, S]) Update(ctx context.Context, request resource.UpdateRequest, response *resource.UpdateResponse) {
	m, before, problems := S(new(M)), S(new(M)), &response.Diagnostics
	problems.Append(request.Plan.Get(ctx, m)...)
	problems.Append(request.State.Get(ctx, before)...)
	if problems.HasError() {
		return
	}
	id := before.common().ID.ValueString()
	now, err := r.last(ctx, id, before.common().Lifetime, m.common().Lifetime)
	switch {
	case err != nil:
		problems.AddError("The claim "+id+" could not be changed", err.Error())
		return
	case now == nil || !now.held():
		problems.AddError("The claim "+id+" has ended", "Plan again: the plan then shows that it is made anew.")
		return
	}
	m.fill(ctx, now, problems)
	problems.Append(response.State.Set(ctx, m)...)
}

// last makes a claim last as wanted, counted from now, and reads it; a lifetime that is as it was is not counted again.
func (c *client) last(ctx context.Context, id string, before, wanted types.Int64) (*claim, error) {
	if wanted.Equal(before) {
		return c.find(ctx, id)
	}
	return c.extend(ctx, id, wanted.ValueInt64())
}

// Delete gives back what was claimed.
func (r *claimResource[M, S]) Delete(ctx context.Context, request resource.DeleteRequest, response *resource.DeleteResponse) {
	m, problems := S(new(M)), &response.Diagnostics
	problems.Append(request.State.Get(ctx, m)...)
	if problems.HasError() {
		return
	}
	id := m.common().ID.ValueString()
	if err := r.release(ctx, id); err != nil {
		problems.AddError("The claim "+id+" could not be released", err.Error())
	}
}

// ImportState takes over a claim by its id.
func (r *claimResource[M, S]) ImportState(ctx context.Context, request resource.ImportStateRequest, response *resource.ImportStateResponse) {
	resource.ImportStatePassthroughID(ctx, path.Root("id"), request, response)
}
