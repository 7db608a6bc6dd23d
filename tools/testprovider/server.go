package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
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
	Millis   types.Int64  `tfsdk:"millis"`
	Ledger   types.String `tfsdk:"ledger"`
	Stubborn types.Bool   `tfsdk:"stubborn"`
	Started  types.String `tfsdk:"started"`
	Fail     types.Bool   `tfsdk:"fail"`
	Token    types.String `tfsdk:"token"`
	File     types.String `tfsdk:"file"`
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
		"millis":   schema.Int64Attribute{Optional: true},
		"ledger":   schema.StringAttribute{Optional: true, Description: "a file where every creation and deletion is written down, as a cloud's bill would"},
		"stubborn": schema.BoolAttribute{Optional: true},
		"started":  schema.StringAttribute{Optional: true, Description: "a file that is made when the creation has begun"},
		"fail":     schema.BoolAttribute{Optional: true},
		"file":     schema.StringAttribute{Optional: true, Description: "a file that holds the size, where a hand may change it behind our back"},
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
	id := rand.Text()
	if err := model.book("begin", id); err != nil {
		response.Diagnostics.AddError("Cannot keep the ledger", err.Error())
		return
	}
	stop := ctx.Done()
	if model.Stubborn.ValueBool() {
		stop = nil
	}
	select {
	case <-time.After(model.takes()):
	case <-stop:
		response.Diagnostics.AddError("Creation stopped", "somebody wanted it to stop")
		return
	}
	if model.Fail.ValueBool() {
		response.Diagnostics.AddAttributeError(path.Root("fail"), "Creation failed", "it was asked to fail")
		return
	}
	if err := model.book("create", id); err != nil {
		response.Diagnostics.AddError("Cannot keep the ledger", err.Error())
		return
	}
	if err := model.write(); err != nil {
		response.Diagnostics.AddError("Cannot write the file", err.Error())
		return
	}
	model.ID = types.StringValue(id)
	model.Token = types.StringValue("token-" + rand.Text())
	response.Diagnostics.Append(response.State.Set(ctx, &model)...)
}

// Read takes the size from the server's file. Without the file there is no server.
func (server) Read(ctx context.Context, request resource.ReadRequest, response *resource.ReadResponse) {
	var model serverModel
	response.Diagnostics.Append(request.State.Get(ctx, &model)...)
	if model.File.ValueString() == "" {
		return
	}
	size, err := os.ReadFile(model.File.ValueString())
	switch {
	case errors.Is(err, os.ErrNotExist):
		response.State.RemoveResource(ctx)
		return
	case err != nil:
		response.Diagnostics.AddError("Cannot read the file", err.Error())
		return
	}
	model.Size = types.StringValue(string(size))
	response.Diagnostics.Append(response.State.Set(ctx, &model)...)
}

func (server) Update(ctx context.Context, request resource.UpdateRequest, response *resource.UpdateResponse) {
	var model serverModel
	response.Diagnostics.Append(request.Plan.Get(ctx, &model)...)
	if err := model.write(); err != nil {
		response.Diagnostics.AddError("Cannot write the file", err.Error())
		return
	}
	response.Diagnostics.Append(response.State.Set(ctx, &model)...)
}

func (server) Delete(ctx context.Context, request resource.DeleteRequest, response *resource.DeleteResponse) {
	var model serverModel
	response.Diagnostics.Append(request.State.Get(ctx, &model)...)
	if err := model.book("delete", model.ID.ValueString()); err != nil {
		response.Diagnostics.AddError("Cannot keep the ledger", err.Error())
	}
}

// write keeps the size in the server's file, when it has one.
func (m serverModel) write() error {
	if m.File.ValueString() == "" {
		return nil
	}
	return os.WriteFile(m.File.ValueString(), []byte(m.Size.ValueString()), 0o600)
}

func (m serverModel) takes() time.Duration {
	return time.Duration(m.Seconds.ValueInt64())*time.Second + time.Duration(m.Millis.ValueInt64())*time.Millisecond
}

// book writes one line into the ledger: what happened, to which object of which name, when, in which process, and in
// which folder its engine's configuration is. A line this short is written whole or not at all, also beside other processes.
func (m serverModel) book(what, id string) error {
	if m.Ledger.ValueString() == "" {
		return nil
	}
	file, err := os.OpenFile(m.Ledger.ValueString(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	folder := filepath.Dir(os.Getenv("TF_CLI_CONFIG_FILE"))
	_, err = fmt.Fprintf(file, "%s %s %s %d %d %s\n", what, m.Name.ValueString(), id, time.Now().UnixMilli(), os.Getpid(), folder)
	return errors.Join(err, file.Close())
}
