package main

import (
	"context"
	"crypto/rand"
	"os"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// server is the resource fake_server.
type server struct{}

type serverModel struct {
	ID       types.String `tfsdk:"id"`
	Name     types.String `tfsdk:"name"`
	Size     types.String `tfsdk:"size"`
	Seconds  types.Int64  `tfsdk:"seconds"`
	Stubborn types.Bool   `tfsdk:"stubborn"`
	Started  types.String `tfsdk:"started"`
	Fail     types.Bool   `tfsdk:"fail"`
	Token    types.String `tfsdk:"token"`
}

func (server) Metadata(_ context.Context, request resource.MetadataRequest, response *resource.MetadataResponse) {
	response.TypeName = request.ProviderTypeName + "_server"
}

func (server) Schema(_ context.Context, _ resource.SchemaRequest, response *resource.SchemaResponse) {
	kept := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	response.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"id":       schema.StringAttribute{Computed: true, PlanModifiers: kept},
		"name":     schema.StringAttribute{Required: true, PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()}},
		"size":     schema.StringAttribute{Optional: true},
		"seconds":  schema.Int64Attribute{Optional: true},
		"stubborn": schema.BoolAttribute{Optional: true},
		"started":  schema.StringAttribute{Optional: true, Description: "a file that is made when the creation has begun"},
		"fail":     schema.BoolAttribute{Optional: true},
		"token":    schema.StringAttribute{Computed: true, Sensitive: true, PlanModifiers: kept},
	}}
}

// Create takes the server's seconds. A stubborn one does not listen to whoever wants it to stop.
func (server) Create(ctx context.Context, request resource.CreateRequest, response *resource.CreateResponse) {
	var model serverModel
	response.Diagnostics.Append(request.Plan.Get(ctx, &model)...)
	if response.Diagnostics.HasError() {
		return
	}
	if path := model.Started.ValueString(); path != "" {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			response.Diagnostics.AddError("Cannot tell that it started", err.Error())
			return
		}
	}
	stop := ctx.Done()
	if model.Stubborn.ValueBool() {
		stop = nil
	}
	select {
	case <-time.After(time.Duration(model.Seconds.ValueInt64()) * time.Second):
	case <-stop:
		response.Diagnostics.AddError("Creation stopped", "somebody wanted it to stop")
		return
	}
	if model.Fail.ValueBool() {
		response.Diagnostics.AddAttributeError(path.Root("fail"), "Creation failed", "it was asked to fail")
		return
	}
	model.ID = types.StringValue(rand.Text())
	model.Token = types.StringValue("token-" + rand.Text())
	response.Diagnostics.Append(response.State.Set(ctx, &model)...)
}

func (server) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (server) Update(ctx context.Context, request resource.UpdateRequest, response *resource.UpdateResponse) {
	var model serverModel
	response.Diagnostics.Append(request.Plan.Get(ctx, &model)...)
	response.Diagnostics.Append(response.State.Set(ctx, &model)...)
}

func (server) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
