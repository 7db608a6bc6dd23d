package tfprovider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// claimModel is what both kinds of claims have in their state.
type claimModel struct {
	ID        types.String `tfsdk:"id"`
	Name      types.String `tfsdk:"name"`
	Lifetime  types.Int64  `tfsdk:"lifetime"`
	Wait      types.Int64  `tfsdk:"wait"`
	ExpiresAt types.String `tfsdk:"expires_at"`
}

// Bounds of what a claim may be asked for.
const (
	longestLife = 10 * 365 * 24 * 3600
	longestWait = 24 * 3600
)

// withClaim adds to the attributes those that both kinds of claims have.
func withClaim(attributes map[string]schema.Attribute) map[string]schema.Attribute {
	attributes["id"] = settled("Id of the claim.")
	attributes["name"] = schema.StringAttribute{
		Required: true, PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
		Validators:  []validator.String{stringvalidator.UTF8LengthBetween(1, maxName)},
		Description: "What the claim is called, once in its project: under this name it is found again after a crash. Another name is another claim.",
	}
	attributes["lifetime"] = schema.Int64Attribute{
		Optional: true, Validators: []validator.Int64{int64validator.Between(1, longestLife)},
		Description: "Seconds after which it is given back by itself, counted from the apply that sets it; without it, it is kept until it is destroyed.",
	}
	attributes["wait"] = schema.Int64Attribute{
		Optional: true, Validators: []validator.Int64{int64validator.Between(0, longestWait)},
		Description: "Seconds to wait in line when nothing is free; without it, the apply fails at once.",
	}
	attributes["expires_at"] = schema.StringAttribute{Computed: true, Description: "When it is given back by itself; null when it is not."}
	return attributes
}

// fixedText is an attribute that says what is claimed: to change it is to claim something else.
func fixedText(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, Description: description, PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
	}
}

func fixedTexts(description string) schema.SetAttribute {
	return schema.SetAttribute{
		Optional: true, ElementType: types.StringType, Description: description,
		PlanModifiers: []planmodifier.Set{setplanmodifier.RequiresReplace()},
	}
}

func fixedNumber(description string) schema.Int64Attribute {
	return schema.Int64Attribute{
		Optional: true, Description: description, Validators: []validator.Int64{int64validator.AtLeast(0)},
		PlanModifiers: []planmodifier.Int64{int64planmodifier.RequiresReplace()},
	}
}

// settled is what the claim decides, once.
func settled(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Computed: true, Description: description, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}
}

func settledList() []planmodifier.List {
	return []planmodifier.List{listplanmodifier.UseStateForUnknown()}
}

func settledNumber() []planmodifier.Int64 {
	return []planmodifier.Int64{int64planmodifier.UseStateForUnknown()}
}

func settledObject() []planmodifier.Object {
	return []planmodifier.Object{objectplanmodifier.UseStateForUnknown()}
}

// found is a text that is only read.
func found(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, Description: description}
}

func (m *claimModel) common() *claimModel { return m }

func (m *claimModel) wish(kind string) wish {
	return wish{
		Kind: kind, Name: m.Name.ValueString(), Selector: map[string]any{},
		Lifetime: m.Lifetime.ValueInt64(), Wait: m.Wait.ValueInt64(),
	}
}

func (m *claimModel) fill(c *claim) {
	m.ID, m.ExpiresAt = types.StringValue(c.ID), types.StringNull()
	if c.ExpiresAt != nil {
		m.ExpiresAt = types.StringValue(c.ExpiresAt.UTC().Format(time.RFC3339))
	}
}

// put sets what is said; nothing, when it is not.
func put(into map[string]any, name string, value types.String) {
	if value.ValueString() != "" {
		into[name] = value.ValueString()
	}
}

func putNumber(into map[string]any, name string, value types.Int64) {
	if value.ValueInt64() != 0 {
		into[name] = value.ValueInt64()
	}
}

func putTexts(ctx context.Context, into map[string]any, name string, value types.Set, problems *diag.Diagnostics) {
	var list []string
	if value.IsNull() || value.IsUnknown() {
		return
	}
	problems.Append(value.ElementsAs(ctx, &list, false)...)
	if len(list) > 0 {
		into[name] = sorted(list)
	}
}

// said is a text; null when it is empty.
func said(value string) types.String {
	if value == "" {
		return types.StringNull()
	}
	return types.StringValue(value)
}

func number(value int64) types.Int64 {
	if value == 0 {
		return types.Int64Null()
	}
	return types.Int64Value(value)
}

func setOf(ctx context.Context, values []string, problems *diag.Diagnostics) types.Set {
	if len(values) == 0 {
		return types.SetNull(types.StringType)
	}
	set, diagnostics := types.SetValueFrom(ctx, types.StringType, values)
	problems.Append(diagnostics...)
	return set
}

func texts(ctx context.Context, values []string, problems *diag.Diagnostics) types.List {
	list, diagnostics := types.ListValueFrom(ctx, types.StringType, values)
	problems.Append(diagnostics...)
	return list
}

// specificationTypes are the types of specification's attributes.
var specificationTypes = map[string]attr.Type{
	"hosting_provider": types.StringType, "cores": types.Int64Type, "memory_mib": types.Int64Type, "disk_gib": types.Int64Type,
	"architecture": types.StringType, "system": types.StringType, "location": types.StringType,
	"labels": types.MapType{ElemType: types.StringType},
}

func object(ctx context.Context, value specification, problems *diag.Diagnostics) types.Object {
	made, diagnostics := types.ObjectValueFrom(ctx, specificationTypes, value)
	problems.Append(diagnostics...)
	return made
}
