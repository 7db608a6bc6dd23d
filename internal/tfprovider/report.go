package tfprovider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// reportResource is arpent_state_report: a statement about a server or the project, made by the apply.
type reportResource struct{ connected }

var _ resource.ResourceWithConfigure = (*reportResource)(nil)

// reportModel is the state of an arpent_state_report.
type reportModel struct {
	ID         types.String `tfsdk:"id"`
	Subject    types.String `tfsdk:"subject_id"`
	Check      types.String `tfsdk:"check"`
	Status     types.String `tfsdk:"status"`
	Message    types.String `tfsdk:"message"`
	Source     types.String `tfsdk:"source"`
	Interval   types.Int64  `tfsdk:"interval"`
	Triggers   types.Map    `tfsdk:"triggers"`
	Leaving    types.String `tfsdk:"status_on_destroy"`
	ObservedAt types.String `tfsdk:"observed_at"`
}

const defaultSource = "terraform"

func (*reportResource) Metadata(_ context.Context, _ resource.MetadataRequest, response *resource.MetadataResponse) {
	response.TypeName = "arpent_state_report"
}

func (*reportResource) Schema(_ context.Context, _ resource.SchemaRequest, response *resource.SchemaResponse) {
	replace := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	response.Schema = schema.Schema{
		Description: "States how a server or the project is, when it is applied and whenever something of it changes.",
		Attributes: map[string]schema.Attribute{
			"id": found("Id of the last report."),
			"subject_id": schema.StringAttribute{
				Optional: true, PlanModifiers: replace, Description: "Id or hostname of a server of the project; without it, the project itself.",
			},
			"check": schema.StringAttribute{
				Required: true, PlanModifiers: replace, Validators: []validator.String{stringvalidator.UTF8LengthBetween(1, 80)},
				Description: "The aspect, as in provisioning.",
			},
			"status": schema.StringAttribute{
				Required: true, Validators: []validator.String{stringvalidator.OneOf("OK", "WARNING", "CRITICAL", "UNKNOWN")},
				Description: "OK, WARNING, CRITICAL or UNKNOWN.",
			},
			"status_on_destroy": schema.StringAttribute{
				Optional: true, Validators: []validator.String{stringvalidator.OneOf("OK", "WARNING", "CRITICAL", "UNKNOWN")},
				Description: "What is reported when this resource is destroyed; without it, UNKNOWN: nobody vouches for it any more.",
			},
			"message": schema.StringAttribute{Optional: true, Description: "In words."},
			"source":  schema.StringAttribute{Optional: true, Description: "Who says so; without it, " + defaultSource + "."},
			"interval": schema.Int64Attribute{
				Optional: true, Validators: []validator.Int64{int64validator.AtLeast(1)},
				Description: "Seconds after which it fades to UNKNOWN unless something reports it again; without it, never.",
			},
			"triggers": schema.MapAttribute{
				Optional: true, ElementType: types.StringType, Description: "Anything: when it changes, the state is reported again.",
			},
			"observed_at": found("When it was reported last."),
		},
	}
}

// input is what is reported.
func (m *reportModel) input(subject string) map[string]any {
	input := map[string]any{
		"subjectId": subject, "check": m.Check.ValueString(), "status": m.Status.ValueString(), "source": defaultSource,
	}
	put(input, "source", m.Source)
	put(input, "message", m.Message)
	putNumber(input, "interval", m.Interval)
	return input
}

// tell reports the model, and notes in it what came of that; it returns what there is to complain about.
func (r *reportResource) tell(ctx context.Context, m *reportModel) (problems diag.Diagnostics) {
	subject, err := r.subject(ctx, m)
	if err == nil {
		var id, at string
		id, at, err = r.report(ctx, m.input(subject))
		m.ID, m.ObservedAt = types.StringValue(id), types.StringValue(at)
	}
	if err != nil {
		problems.AddError("The state of "+m.Check.ValueString()+" could not be reported", err.Error())
	}
	return problems
}

func (r *reportResource) subject(ctx context.Context, m *reportModel) (string, error) {
	if named := m.Subject.ValueString(); named != "" {
		return named, nil
	}
	owner, err := r.itsProject(ctx)
	if err != nil {
		return "", err
	}
	return owner.ID, nil
}

// Create reports.
func (r *reportResource) Create(ctx context.Context, request resource.CreateRequest, response *resource.CreateResponse) {
	response.Diagnostics.Append(r.carryOut(ctx, request.Plan, &response.State)...)
}

// Update reports again.
func (r *reportResource) Update(ctx context.Context, request resource.UpdateRequest, response *resource.UpdateResponse) {
	response.Diagnostics.Append(r.carryOut(ctx, request.Plan, &response.State)...)
}

// carryOut reports what is planned.
func (r *reportResource) carryOut(ctx context.Context, plan tfsdk.Plan, state *tfsdk.State) diag.Diagnostics {
	var m reportModel
	problems := plan.Get(ctx, &m)
	if !problems.HasError() {
		problems.Append(r.tell(ctx, &m)...)
	}
	if !problems.HasError() {
		problems.Append(state.Set(ctx, &m)...)
	}
	return problems
}

// Read leaves a report as it is: it was true when it was made, and what others report since is theirs.
func (*reportResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// Delete says that nobody knows any more. Where the subject is gone, or is somebody else's by now, there is nothing to say.
func (r *reportResource) Delete(ctx context.Context, request resource.DeleteRequest, response *resource.DeleteResponse) {
	var m reportModel
	response.Diagnostics.Append(request.State.Get(ctx, &m)...)
	if response.Diagnostics.HasError() {
		return
	}
	m.Status, m.Message, m.Interval = m.Leaving, types.StringValue("No longer reported."), types.Int64Null()
	if m.Status.IsNull() {
		m.Status = types.StringValue("UNKNOWN")
	}
	for _, problem := range r.tell(ctx, &m) {
		response.Diagnostics.AddWarning(problem.Summary(), problem.Detail())
	}
}
