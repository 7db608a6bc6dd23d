package schema

import (
	"encoding/json"

	"entgo.io/contrib/entgql"
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/dialect/sql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/arpent/arpent/ent/schema/rule"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/fault"
)

// Run is everything that takes time: it is queued, worked on and ends. Its moves are those of internal/provision/state.go.
type Run struct{ ent.Schema }

// Mixin gives the id and the times.
func (Run) Mixin() []ent.Mixin { return []ent.Mixin{identity{prefix: "run"}, times{}} }

// Fields of Run.
func (Run) Fields() []ent.Field {
	return []ent.Field{
		field.Enum("kind").Values("PROVISION", "DESTROY", "PLAN", "DRIFT", "SERVER_INIT", "DEPLOY", "LIBRARY_SYNC", "IMPORT", "BULK").Immutable(),
		field.Enum("status").Values("QUEUED", "RUNNING", "AWAITING_APPROVAL", "CANCELING", "SUCCEEDED", "FAILED", "CANCELED", "REJECTED").Default("QUEUED"),
		field.Enum("phase").Values("PLAN", "APPLY").Default("PLAN").Annotations(unfiltered()),
		field.String("project_id").Optional().Nillable().Immutable(),
		field.String("resource_id").Optional().Nillable().Immutable(),
		field.String("library_id").Optional().Nillable().Immutable().Annotations(hidden()),
		field.String("requested_by_id").Optional().Nillable().Immutable().Comment("The person; none for our own actors."),
		field.String("requested_by").Immutable().Annotations(unfiltered()).Comment("Name of the requester, as it was."),
		field.JSON("change", json.RawMessage{}).Optional().Annotations(hidden()).Comment("What the run is to do."),
		field.Bytes("sealed_change").Optional().Sensitive().Annotations(hidden()).Comment("The secret part of change."),
		field.Int64("lease").Default(0).Annotations(hidden()).Comment("The fence: grows with every attempt."),
		field.Int("attempt").Default(0).Annotations(unfiltered()),
		field.String("worker").Optional().Nillable().Annotations(unfiltered()),
		field.Time("lease_expires_at").Optional().Nillable().Annotations(unfiltered()).Comment("When its worker loses it, unless it is heard of before."),
		field.Time("claimed_at").Optional().Nillable().Annotations(unfiltered()).Comment("When its worker got it."),
		field.String("trace").Optional().Nillable().Annotations(hidden()).Comment("Where its request is in its trace, for what follows to go on there."),
		field.String("busy").Optional().Nillable().Unique().Annotations(hidden()).
			Comment("What nobody else may work on meanwhile: the project, or the library. Unique, so one at a time."),
		field.JSON("labels", []string{}).Optional().Annotations(unfiltered()).Comment("What a worker must offer."),
		field.JSON("blocked_reason", &fault.Text{}).Optional().Annotations(entgql.Type("Text"), unfiltered()).Comment("Why it waits, while it does."),
		field.JSON("policy", json.RawMessage{}).Optional().Annotations(hidden()).Comment("The approval policy that holds for it."),
		field.String("digest").Optional().Nillable().Annotations(hidden()).Comment("Of the planned change."),
		field.String("approved_digest").Optional().Nillable().Annotations(hidden()).Comment("Of the change that was approved."),
		field.Int64("planned_serial").Optional().Nillable().Annotations(hidden()).Comment("Version of the state that the plan was made from."),
		field.String("approved_by").Optional().Nillable().Annotations(unfiltered()).Comment("Names of the approvers; auto when the policy asks for none."),
		field.Time("approval_expires_at").Optional().Nillable().Annotations(unfiltered()),
		field.String("branch").Optional().Nillable().Annotations(unfiltered()),
		field.String("commit").Optional().Nillable().Annotations(unfiltered()).Comment("What was planned, or merged once approved."),
		field.JSON("failure", &fault.Text{}).Optional().Annotations(entgql.Type("Text"), unfiltered()).Comment("Why it FAILED."),
		field.JSON("diagnostics", json.RawMessage{}).Optional().Annotations(hidden()).Comment("The tool's own words."),
		field.String("tool").Optional().Nillable().Annotations(unfiltered()),
		field.Int64("log_size").Default(0).Annotations(unfiltered()).Comment("Bytes of log so far."),
		field.Time("log_dropped_at").Optional().Nillable().Annotations(unfiltered()).Comment("When its log was given up, being older than logs are kept."),
		field.String("retry_of_id").Optional().Nillable().Immutable().Annotations(hidden()),
		field.String("canceled_by").Optional().Nillable().Annotations(unfiltered()),
		field.Time("queued_at").Annotations(unfiltered()).Comment("When it last became QUEUED."),
		field.Time("started_at").Optional().Nillable().Annotations(unfiltered()),
		field.Time("planned_at").Optional().Nillable().Annotations(unfiltered()),
		field.Time("approved_at").Optional().Nillable().Annotations(unfiltered()),
		field.Time("finished_at").Optional().Nillable().Annotations(unfiltered()),
		field.Time("cancel_requested_at").Optional().Nillable().Annotations(hidden()),
	}
}

// Edges of Run.
func (Run) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("project", Project.Type).Ref("runs").Field("project_id").Unique().Immutable().Annotations(unfiltered()),
		edge.From("resource", Resource.Type).Ref("runs").Field("resource_id").Unique().Immutable().Annotations(unfiltered()),
		edge.From("library", Library.Type).Ref("runs").Field("library_id").Unique().Immutable().Annotations(unfiltered()),
		edge.To("requester", User.Type).Field("requested_by_id").Unique().Immutable().Annotations(unfiltered()),
		edge.To("retry_of", Run.Type).Field("retry_of_id").Unique().Immutable().Annotations(unfiltered()),
		edge.To("steps", RunStep.Type).Annotations(unfiltered(), cascade()),
		edge.To("approvals", Approval.Type).Annotations(unfiltered(), cascade()),
		edge.To("logs", RunLog.Type).Annotations(hidden(), cascade()),
		edge.To("servers", RunServer.Type).Annotations(hidden(), cascade()),
		edge.To("plan", RunPlan.Type).Unique().Annotations(unfiltered(), cascade()),
		edge.To("plan_parts", RunPlanPart.Type).Annotations(hidden(), cascade()),
		edge.To("plan_file", PlanFile.Type).Unique().Annotations(hidden(), cascade()),
	}
}

// Indexes of Run.
func (Run) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("project_id", "status"),
		index.Fields("resource_id"),
		index.Fields("library_id"),
		index.Fields("requested_by_id"),
		// Written with OR: PostgreSQL rewrites IN each time that it reads its own text of it, which looks like a change.
		index.Fields("status", "queued_at").Annotations(entsql.IndexWhere(
			"status = 'QUEUED' OR status = 'RUNNING' OR status = 'CANCELING' OR status = 'AWAITING_APPROVAL'")),
		index.Fields("status", "id"),
		index.Fields("finished_at").Annotations(entsql.IndexWhere("log_size > 0")),
	}
}

// Policy says who may read and write.
func (Run) Policy() ent.Policy {
	return rule.Policy(
		rule.Read(rule.Where(visibleRuns)),
		rule.Write(
			rule.MayWriteIn("project_id", access.ResourceRequest, access.ResourceDelete, access.ProjectCreate,
				access.ProjectUpdate, access.RunApprove, access.RunCancel, access.LibraryManage),
		),
	)
}

// runReader says who sees the runs that are about things of one sort.
type runReader struct {
	column, value string            // which runs: those that have this value there; any value, when it is empty
	needs         access.Permission // whoever has it on the platform sees them
	inProject     bool              // so does who has it in the project that the column names
	asker         bool              // so does who asked for the run
}

// runReaders is the table of them. A run that is about nothing of it is seen by those from whom no run is hidden. Logs of
// syncs may name hosts of an internal network.
var runReaders = []runReader{
	{column: "project_id", needs: access.ProjectRead, inProject: true},
	{column: "library_id", needs: access.LibraryManage},
	{column: "kind", value: "BULK", needs: access.InventoryRead, asker: true},
}

// askerColumn is who asked for a run.
const askerColumn = "requested_by_id"

// rows is the condition of the table: the runs that the reader is about.
func (r runReader) rows() func(*sql.Selector) {
	if r.value == "" {
		return sql.FieldNotNull(r.column)
	}
	return sql.FieldEQ(r.column, r.value)
}

// visibleRuns is the table as a condition.
func visibleRuns(v *access.Viewer) (func(*sql.Selector), bool) {
	var rows []func(*sql.Selector)
	everything := true
	for _, r := range runReaders {
		projects, all := v.ProjectsWith(r.needs)
		everything = everything && all
		if all {
			rows = append(rows, r.rows())
		}
		if r.inProject {
			rows = append(rows, rule.In(r.column, projects))
		}
		if r.asker {
			rows = append(rows, sql.AndPredicates(r.rows(), sql.FieldEQ(askerColumn, v.ID)))
		}
	}
	return rule.Any(rows...), everything
}

// MayReadRun is the table for one run in memory, by its columns that the table names; nil is null.
func MayReadRun(v *access.Viewer, columns map[string]*string) bool {
	everything, asker := true, columns[askerColumn]
	for _, r := range runReaders {
		everything = everything && v.May(r.needs)
		switch value := columns[r.column]; {
		case value == nil || r.value != "" && *value != r.value:
		case v.May(r.needs), r.inProject && v.MayIn(*value, r.needs), r.asker && asker != nil && *asker == v.ID:
			return true
		}
	}
	return everything
}

// Annotations say how GraphQL shows it.
func (Run) Annotations() []schema.Annotation { return listed() }
