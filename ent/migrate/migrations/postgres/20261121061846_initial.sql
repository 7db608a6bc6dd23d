-- +goose Up
-- create "users" table
CREATE TABLE "users" ("id" character varying NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "email" character varying NOT NULL, "subject" character varying NULL, "name" character varying NOT NULL, "locale" character varying NOT NULL DEFAULT 'en', "avatar_url" character varying NULL, "password_hash" character varying NULL, "status" character varying NOT NULL DEFAULT 'ACTIVE', "last_seen_at" timestamptz NULL, PRIMARY KEY ("id"));
-- create index "user_name" to table: "users"
CREATE INDEX "user_name" ON "users" ("name");
-- create index "users_email_key" to table: "users"
CREATE UNIQUE INDEX "users_email_key" ON "users" ("email");
-- create index "users_subject_key" to table: "users"
CREATE UNIQUE INDEX "users_subject_key" ON "users" ("subject");
-- create "workers" table
CREATE TABLE "workers" ("id" character varying NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "name" character varying NOT NULL, "labels" jsonb NULL, "version" character varying NOT NULL DEFAULT '', "tool" character varying NOT NULL DEFAULT '', "remote" boolean NOT NULL DEFAULT false, "paused" boolean NOT NULL DEFAULT false, "seen_at" timestamptz NOT NULL, PRIMARY KEY ("id"));
-- create index "worker_seen_at" to table: "workers"
CREATE INDEX "worker_seen_at" ON "workers" ("seen_at");
-- create index "workers_name_key" to table: "workers"
CREATE UNIQUE INDEX "workers_name_key" ON "workers" ("name");
-- create "counters" table
CREATE TABLE "counters" ("id" character varying NOT NULL, "name" character varying NOT NULL, "value" bigint NOT NULL DEFAULT 0, PRIMARY KEY ("id"));
-- create index "counters_name_key" to table: "counters"
CREATE UNIQUE INDEX "counters_name_key" ON "counters" ("name");
-- create "events" table
CREATE TABLE "events" ("id" character varying NOT NULL, "type" character varying NOT NULL, "audience" character varying NOT NULL, "actor_id" character varying NOT NULL, "actor" character varying NOT NULL, "subject_id" character varying NOT NULL, "subject" character varying NOT NULL DEFAULT '', "project_id" character varying NULL, "before" jsonb NULL, "after" jsonb NULL, "request_id" character varying NOT NULL DEFAULT '', "address" character varying NOT NULL DEFAULT '', "time" timestamptz NOT NULL, "position" bigint NULL, PRIMARY KEY ("id"));
-- create index "event_actor_id_id" to table: "events"
CREATE INDEX "event_actor_id_id" ON "events" ("actor_id", "id");
-- create index "event_project_id_id" to table: "events"
CREATE INDEX "event_project_id_id" ON "events" ("project_id", "id");
-- create index "event_subject_id_id" to table: "events"
CREATE INDEX "event_subject_id_id" ON "events" ("subject_id", "id");
-- create index "event_time" to table: "events"
CREATE INDEX "event_time" ON "events" ("time");
-- create index "event_type_id" to table: "events"
CREATE INDEX "event_type_id" ON "events" ("type", "id");
-- create index "event_unplaced" to table: "events"
CREATE INDEX "event_unplaced" ON "events" ("id") WHERE ("position" IS NULL);
-- create index "events_position_key" to table: "events"
CREATE UNIQUE INDEX "events_position_key" ON "events" ("position");
-- create "idempotency_keys" table
CREATE TABLE "idempotency_keys" ("id" character varying NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "owner_id" character varying NOT NULL, "operation" character varying NOT NULL, "key" character varying NOT NULL, "input_hash" character varying NOT NULL, "answer" jsonb NULL, "expires_at" timestamptz NOT NULL, PRIMARY KEY ("id"));
-- create index "idempotencykey_expires_at" to table: "idempotency_keys"
CREATE INDEX "idempotencykey_expires_at" ON "idempotency_keys" ("expires_at");
-- create index "idempotencykey_owner_id_operation_key" to table: "idempotency_keys"
CREATE UNIQUE INDEX "idempotencykey_owner_id_operation_key" ON "idempotency_keys" ("owner_id", "operation", "key");
-- create "state_locks" table
CREATE TABLE "state_locks" ("id" character varying NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "project_id" character varying NOT NULL, "lock_id" character varying NOT NULL, "info" jsonb NOT NULL, "run_id" character varying NULL, "lease" bigint NOT NULL DEFAULT 0, "holder" character varying NOT NULL, PRIMARY KEY ("id"));
-- create index "state_locks_project_id_key" to table: "state_locks"
CREATE UNIQUE INDEX "state_locks_project_id_key" ON "state_locks" ("project_id");
-- create "api_tokens" table
CREATE TABLE "api_tokens" ("id" character varying NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "name" character varying NOT NULL, "hash" bytea NOT NULL, "hint" character varying NOT NULL, "scopes" jsonb NOT NULL, "expires_at" timestamptz NULL, "last_used_at" timestamptz NULL, "revoked_at" timestamptz NULL, "user_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "api_tokens_users_api_tokens" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- create index "api_tokens_hash_key" to table: "api_tokens"
CREATE UNIQUE INDEX "api_tokens_hash_key" ON "api_tokens" ("hash");
-- create index "apitoken_user_id" to table: "api_tokens"
CREATE INDEX "apitoken_user_id" ON "api_tokens" ("user_id");
-- create "libraries" table
CREATE TABLE "libraries" ("id" character varying NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "name" character varying NOT NULL, "url" character varying NOT NULL, "ref" character varying NOT NULL DEFAULT '', "path" character varying NOT NULL DEFAULT '', "sealed_credential" bytea NULL, "title" jsonb NOT NULL, "description" jsonb NOT NULL, "status" character varying NOT NULL DEFAULT 'NEW', "commit" character varying NULL, "synced_at" timestamptz NULL, "problems" jsonb NULL, "error" jsonb NULL, PRIMARY KEY ("id"));
-- create index "libraries_name_key" to table: "libraries"
CREATE UNIQUE INDEX "libraries_name_key" ON "libraries" ("name");
-- create "organizations" table
CREATE TABLE "organizations" ("id" character varying NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "name" character varying NOT NULL, "code" character varying NOT NULL, PRIMARY KEY ("id"));
-- create index "organizations_code_key" to table: "organizations"
CREATE UNIQUE INDEX "organizations_code_key" ON "organizations" ("code");
-- create "templates" table
CREATE TABLE "templates" ("id" character varying NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "name" character varying NOT NULL, "version" character varying NOT NULL, "digest" character varying NOT NULL, "latest" boolean NOT NULL DEFAULT true, "kind" character varying NOT NULL, "is_base" boolean NOT NULL DEFAULT false, "status" character varying NOT NULL DEFAULT 'READY', "title" jsonb NOT NULL, "description" jsonb NOT NULL, "readme" jsonb NOT NULL, "icon" character varying NOT NULL DEFAULT '', "category" character varying NOT NULL DEFAULT '', "schema" jsonb NULL, "outputs" jsonb NULL, "spec" jsonb NULL, "problems" jsonb NULL, "library_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "templates_libraries_templates" FOREIGN KEY ("library_id") REFERENCES "libraries" ("id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- create index "template_category" to table: "templates"
CREATE INDEX "template_category" ON "templates" ("category");
-- create index "template_latest" to table: "templates"
CREATE UNIQUE INDEX "template_latest" ON "templates" ("library_id", "name") WHERE latest;
-- create index "template_library_id_name_version" to table: "templates"
CREATE UNIQUE INDEX "template_library_id_name_version" ON "templates" ("library_id", "name", "version");
-- create index "template_name" to table: "templates"
CREATE INDEX "template_name" ON "templates" ("name");
-- create "projects" table
CREATE TABLE "projects" ("id" character varying NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "acronym" character varying NOT NULL, "name" character varying NOT NULL, "description" jsonb NOT NULL, "status" character varying NOT NULL DEFAULT 'ACTIVE', "budget" double precision NULL, "variables" jsonb NULL, "sealed_variables" bytea NULL, "secret_variable_names" jsonb NULL, "worker_labels" jsonb NULL, "tags" jsonb NULL, "organization_id" character varying NOT NULL, "base_template_id" character varying NULL, PRIMARY KEY ("id"), CONSTRAINT "projects_organizations_projects" FOREIGN KEY ("organization_id") REFERENCES "organizations" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION, CONSTRAINT "projects_templates_base_template" FOREIGN KEY ("base_template_id") REFERENCES "templates" ("id") ON UPDATE NO ACTION ON DELETE SET NULL);
-- create index "project_name" to table: "projects"
CREATE INDEX "project_name" ON "projects" ("name");
-- create index "project_organization_id" to table: "projects"
CREATE INDEX "project_organization_id" ON "projects" ("organization_id");
-- create index "projects_acronym_key" to table: "projects"
CREATE UNIQUE INDEX "projects_acronym_key" ON "projects" ("acronym");
-- create "resources" table
CREATE TABLE "resources" ("id" character varying NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "name" character varying NOT NULL, "inputs" jsonb NULL, "sealed_inputs" bytea NULL, "secret_input_names" jsonb NULL, "outputs" jsonb NULL, "sealed_outputs" bytea NULL, "status" character varying NOT NULL DEFAULT 'REQUESTED', "error" jsonb NULL, "drift" jsonb NULL, "singleton" character varying NULL, "applied" jsonb NULL, "sealed_applied" bytea NULL, "ready_at" timestamptz NULL, "project_id" character varying NOT NULL, "template_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "resources_projects_resources" FOREIGN KEY ("project_id") REFERENCES "projects" ("id") ON UPDATE NO ACTION ON DELETE CASCADE, CONSTRAINT "resources_templates_resources" FOREIGN KEY ("template_id") REFERENCES "templates" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "resource_live_name" to table: "resources"
CREATE UNIQUE INDEX "resource_live_name" ON "resources" ("project_id", "name") WHERE ((status)::text <> 'DELETED'::text);
-- create index "resource_project_id_singleton" to table: "resources"
CREATE UNIQUE INDEX "resource_project_id_singleton" ON "resources" ("project_id", "singleton");
-- create index "resource_project_id_status" to table: "resources"
CREATE INDEX "resource_project_id_status" ON "resources" ("project_id", "status");
-- create index "resource_template_id" to table: "resources"
CREATE INDEX "resource_template_id" ON "resources" ("template_id");
-- create "runs" table
CREATE TABLE "runs" ("id" character varying NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "kind" character varying NOT NULL, "status" character varying NOT NULL DEFAULT 'QUEUED', "phase" character varying NOT NULL DEFAULT 'PLAN', "requested_by" character varying NOT NULL, "change" jsonb NULL, "sealed_change" bytea NULL, "lease" bigint NOT NULL DEFAULT 0, "attempt" bigint NOT NULL DEFAULT 0, "worker" character varying NULL, "lease_expires_at" timestamptz NULL, "busy" character varying NULL, "labels" jsonb NULL, "blocked_reason" jsonb NULL, "policy" jsonb NULL, "digest" character varying NULL, "approved_digest" character varying NULL, "planned_serial" bigint NULL, "approved_by" character varying NULL, "approval_expires_at" timestamptz NULL, "branch" character varying NULL, "commit" character varying NULL, "failure" jsonb NULL, "diagnostics" jsonb NULL, "tool" character varying NULL, "log_size" bigint NOT NULL DEFAULT 0, "canceled_by" character varying NULL, "queued_at" timestamptz NOT NULL, "started_at" timestamptz NULL, "planned_at" timestamptz NULL, "approved_at" timestamptz NULL, "finished_at" timestamptz NULL, "cancel_requested_at" timestamptz NULL, "library_id" character varying NULL, "project_id" character varying NULL, "resource_id" character varying NULL, "requested_by_id" character varying NULL, "retry_of_id" character varying NULL, PRIMARY KEY ("id"), CONSTRAINT "runs_libraries_runs" FOREIGN KEY ("library_id") REFERENCES "libraries" ("id") ON UPDATE NO ACTION ON DELETE CASCADE, CONSTRAINT "runs_projects_runs" FOREIGN KEY ("project_id") REFERENCES "projects" ("id") ON UPDATE NO ACTION ON DELETE CASCADE, CONSTRAINT "runs_resources_runs" FOREIGN KEY ("resource_id") REFERENCES "resources" ("id") ON UPDATE NO ACTION ON DELETE CASCADE, CONSTRAINT "runs_runs_retry_of" FOREIGN KEY ("retry_of_id") REFERENCES "runs" ("id") ON UPDATE NO ACTION ON DELETE SET NULL, CONSTRAINT "runs_users_requester" FOREIGN KEY ("requested_by_id") REFERENCES "users" ("id") ON UPDATE NO ACTION ON DELETE SET NULL);
-- create index "run_library_id" to table: "runs"
CREATE INDEX "run_library_id" ON "runs" ("library_id");
-- create index "run_project_id_status" to table: "runs"
CREATE INDEX "run_project_id_status" ON "runs" ("project_id", "status");
-- create index "run_requested_by_id" to table: "runs"
CREATE INDEX "run_requested_by_id" ON "runs" ("requested_by_id");
-- create index "run_resource_id" to table: "runs"
CREATE INDEX "run_resource_id" ON "runs" ("resource_id");
-- create index "run_status_id" to table: "runs"
CREATE INDEX "run_status_id" ON "runs" ("status", "id");
-- create index "run_status_queued_at" to table: "runs"
CREATE INDEX "run_status_queued_at" ON "runs" ("status", "queued_at") WHERE (((status)::text = 'QUEUED'::text) OR ((status)::text = 'RUNNING'::text) OR ((status)::text = 'CANCELING'::text) OR ((status)::text = 'AWAITING_APPROVAL'::text));
-- create index "runs_busy_key" to table: "runs"
CREATE UNIQUE INDEX "runs_busy_key" ON "runs" ("busy");
-- create index "runs_retry_of_id_key" to table: "runs"
CREATE UNIQUE INDEX "runs_retry_of_id_key" ON "runs" ("retry_of_id");
-- create "approvals" table
CREATE TABLE "approvals" ("id" character varying NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "by" character varying NOT NULL, "decision" character varying NOT NULL, "comment" character varying NOT NULL DEFAULT '', "digest" character varying NOT NULL DEFAULT '', "user_id" character varying NOT NULL, "run_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "approvals_runs_approvals" FOREIGN KEY ("run_id") REFERENCES "runs" ("id") ON UPDATE NO ACTION ON DELETE CASCADE, CONSTRAINT "approvals_users_user" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "approval_run_id_user_id_digest" to table: "approvals"
CREATE UNIQUE INDEX "approval_run_id_user_id_digest" ON "approvals" ("run_id", "user_id", "digest");
-- create "freezes" table
CREATE TABLE "freezes" ("id" character varying NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "reason" character varying NOT NULL, "starts_at" timestamptz NOT NULL, "ends_at" timestamptz NOT NULL, "created_by" character varying NOT NULL, "lifted_at" timestamptz NULL, "project_id" character varying NULL, PRIMARY KEY ("id"), CONSTRAINT "freezes_projects_project" FOREIGN KEY ("project_id") REFERENCES "projects" ("id") ON UPDATE NO ACTION ON DELETE SET NULL);
-- create index "freeze_ends_at" to table: "freezes"
CREATE INDEX "freeze_ends_at" ON "freezes" ("ends_at");
-- create index "freeze_project_id" to table: "freezes"
CREATE INDEX "freeze_project_id" ON "freezes" ("project_id");
-- create "roles" table
CREATE TABLE "roles" ("id" character varying NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "key" character varying NOT NULL, "title" jsonb NOT NULL, "scope" character varying NOT NULL, "permissions" jsonb NOT NULL, "rank" bigint NOT NULL DEFAULT 100, "built_in" boolean NOT NULL DEFAULT false, PRIMARY KEY ("id"));
-- create index "roles_key_key" to table: "roles"
CREATE UNIQUE INDEX "roles_key_key" ON "roles" ("key");
-- create "memberships" table
CREATE TABLE "memberships" ("id" character varying NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "scope_key" character varying NOT NULL, "project_id" character varying NULL, "role_id" character varying NOT NULL, "user_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "memberships_projects_memberships" FOREIGN KEY ("project_id") REFERENCES "projects" ("id") ON UPDATE NO ACTION ON DELETE CASCADE, CONSTRAINT "memberships_roles_memberships" FOREIGN KEY ("role_id") REFERENCES "roles" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION, CONSTRAINT "memberships_users_memberships" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- create index "membership_project_id" to table: "memberships"
CREATE INDEX "membership_project_id" ON "memberships" ("project_id");
-- create index "membership_role_id" to table: "memberships"
CREATE INDEX "membership_role_id" ON "memberships" ("role_id");
-- create index "membership_user_id_scope_key" to table: "memberships"
CREATE UNIQUE INDEX "membership_user_id_scope_key" ON "memberships" ("user_id", "scope_key");
-- create "plan_files" table
CREATE TABLE "plan_files" ("id" character varying NOT NULL, "sealed" bytea NOT NULL, "run_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "plan_files_runs_plan_file" FOREIGN KEY ("run_id") REFERENCES "runs" ("id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- create index "plan_files_run_id_key" to table: "plan_files"
CREATE UNIQUE INDEX "plan_files_run_id_key" ON "plan_files" ("run_id");
-- create "run_logs" table
CREATE TABLE "run_logs" ("id" character varying NOT NULL, "position" bigint NOT NULL, "size" bigint NOT NULL, "codec" character varying NOT NULL DEFAULT 'RAW', "data" bytea NOT NULL, "run_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "run_logs_runs_logs" FOREIGN KEY ("run_id") REFERENCES "runs" ("id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- create index "runlog_run_id_position" to table: "run_logs"
CREATE UNIQUE INDEX "runlog_run_id_position" ON "run_logs" ("run_id", "position");
-- create "run_plans" table
CREATE TABLE "run_plans" ("id" character varying NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "add" bigint NOT NULL, "change" bigint NOT NULL, "destroy" bigint NOT NULL, "truncated" bigint NOT NULL DEFAULT 0, "changes" jsonb NOT NULL, "outputs" jsonb NOT NULL, "run_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "run_plans_runs_plan" FOREIGN KEY ("run_id") REFERENCES "runs" ("id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- create index "run_plans_run_id_key" to table: "run_plans"
CREATE UNIQUE INDEX "run_plans_run_id_key" ON "run_plans" ("run_id");
-- create "run_steps" table
CREATE TABLE "run_steps" ("id" character varying NOT NULL, "lease" bigint NOT NULL, "phase" character varying NOT NULL, "name" character varying NOT NULL, "status" character varying NOT NULL DEFAULT 'RUNNING', "detail" character varying NOT NULL DEFAULT '', "started_at" timestamptz NOT NULL, "ended_at" timestamptz NULL, "run_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "run_steps_runs_steps" FOREIGN KEY ("run_id") REFERENCES "runs" ("id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- create index "runstep_run_id_lease_name" to table: "run_steps"
CREATE UNIQUE INDEX "runstep_run_id_lease_name" ON "run_steps" ("run_id", "lease", "name");
-- create "sessions" table
CREATE TABLE "sessions" ("id" character varying NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "hash" bytea NOT NULL, "address" character varying NOT NULL DEFAULT '', "user_agent" character varying NOT NULL DEFAULT '', "seen_at" timestamptz NOT NULL, "expires_at" timestamptz NOT NULL, "user_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "sessions_users_sessions" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- create index "session_expires_at" to table: "sessions"
CREATE INDEX "session_expires_at" ON "sessions" ("expires_at");
-- create index "session_user_id" to table: "sessions"
CREATE INDEX "session_user_id" ON "sessions" ("user_id");
-- create index "sessions_hash_key" to table: "sessions"
CREATE UNIQUE INDEX "sessions_hash_key" ON "sessions" ("hash");
-- create "state_versions" table
CREATE TABLE "state_versions" ("id" character varying NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL, "serial" bigint NOT NULL, "lineage" character varying NOT NULL, "sha256" character varying NOT NULL, "size" bigint NOT NULL, "resource_count" bigint NOT NULL DEFAULT 0, "created_by" character varying NOT NULL DEFAULT '', "project_id" character varying NOT NULL, "run_id" character varying NULL, PRIMARY KEY ("id"), CONSTRAINT "state_versions_projects_state_versions" FOREIGN KEY ("project_id") REFERENCES "projects" ("id") ON UPDATE NO ACTION ON DELETE CASCADE, CONSTRAINT "state_versions_runs_run" FOREIGN KEY ("run_id") REFERENCES "runs" ("id") ON UPDATE NO ACTION ON DELETE SET NULL);
-- create index "stateversion_project_id_version" to table: "state_versions"
CREATE UNIQUE INDEX "stateversion_project_id_version" ON "state_versions" ("project_id", "version");
-- create index "stateversion_run_id" to table: "state_versions"
CREATE INDEX "stateversion_run_id" ON "state_versions" ("run_id");
-- create "state_bodies" table
CREATE TABLE "state_bodies" ("id" character varying NOT NULL, "sealed" bytea NOT NULL, "state_version_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "state_bodies_state_versions_body" FOREIGN KEY ("state_version_id") REFERENCES "state_versions" ("id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- create index "state_bodies_state_version_id_key" to table: "state_bodies"
CREATE UNIQUE INDEX "state_bodies_state_version_id_key" ON "state_bodies" ("state_version_id");
-- create "template_contents" table
CREATE TABLE "template_contents" ("id" character varying NOT NULL, "files" bytea NOT NULL, "template_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "template_contents_templates_content" FOREIGN KEY ("template_id") REFERENCES "templates" ("id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- create index "template_contents_template_id_key" to table: "template_contents"
CREATE UNIQUE INDEX "template_contents_template_id_key" ON "template_contents" ("template_id");

-- +goose Down
-- reverse: create index "template_contents_template_id_key" to table: "template_contents"
DROP INDEX "template_contents_template_id_key";
-- reverse: create "template_contents" table
DROP TABLE "template_contents";
-- reverse: create index "state_bodies_state_version_id_key" to table: "state_bodies"
DROP INDEX "state_bodies_state_version_id_key";
-- reverse: create "state_bodies" table
DROP TABLE "state_bodies";
-- reverse: create index "stateversion_run_id" to table: "state_versions"
DROP INDEX "stateversion_run_id";
-- reverse: create index "stateversion_project_id_version" to table: "state_versions"
DROP INDEX "stateversion_project_id_version";
-- reverse: create "state_versions" table
DROP TABLE "state_versions";
-- reverse: create index "sessions_hash_key" to table: "sessions"
DROP INDEX "sessions_hash_key";
-- reverse: create index "session_user_id" to table: "sessions"
DROP INDEX "session_user_id";
-- reverse: create index "session_expires_at" to table: "sessions"
DROP INDEX "session_expires_at";
-- reverse: create "sessions" table
DROP TABLE "sessions";
-- reverse: create index "runstep_run_id_lease_name" to table: "run_steps"
DROP INDEX "runstep_run_id_lease_name";
-- reverse: create "run_steps" table
DROP TABLE "run_steps";
-- reverse: create index "run_plans_run_id_key" to table: "run_plans"
DROP INDEX "run_plans_run_id_key";
-- reverse: create "run_plans" table
DROP TABLE "run_plans";
-- reverse: create index "runlog_run_id_position" to table: "run_logs"
DROP INDEX "runlog_run_id_position";
-- reverse: create "run_logs" table
DROP TABLE "run_logs";
-- reverse: create index "plan_files_run_id_key" to table: "plan_files"
DROP INDEX "plan_files_run_id_key";
-- reverse: create "plan_files" table
DROP TABLE "plan_files";
-- reverse: create index "membership_user_id_scope_key" to table: "memberships"
DROP INDEX "membership_user_id_scope_key";
-- reverse: create index "membership_role_id" to table: "memberships"
DROP INDEX "membership_role_id";
-- reverse: create index "membership_project_id" to table: "memberships"
DROP INDEX "membership_project_id";
-- reverse: create "memberships" table
DROP TABLE "memberships";
-- reverse: create index "roles_key_key" to table: "roles"
DROP INDEX "roles_key_key";
-- reverse: create "roles" table
DROP TABLE "roles";
-- reverse: create index "freeze_project_id" to table: "freezes"
DROP INDEX "freeze_project_id";
-- reverse: create index "freeze_ends_at" to table: "freezes"
DROP INDEX "freeze_ends_at";
-- reverse: create "freezes" table
DROP TABLE "freezes";
-- reverse: create index "approval_run_id_user_id_digest" to table: "approvals"
DROP INDEX "approval_run_id_user_id_digest";
-- reverse: create "approvals" table
DROP TABLE "approvals";
-- reverse: create index "runs_retry_of_id_key" to table: "runs"
DROP INDEX "runs_retry_of_id_key";
-- reverse: create index "runs_busy_key" to table: "runs"
DROP INDEX "runs_busy_key";
-- reverse: create index "run_status_queued_at" to table: "runs"
DROP INDEX "run_status_queued_at";
-- reverse: create index "run_status_id" to table: "runs"
DROP INDEX "run_status_id";
-- reverse: create index "run_resource_id" to table: "runs"
DROP INDEX "run_resource_id";
-- reverse: create index "run_requested_by_id" to table: "runs"
DROP INDEX "run_requested_by_id";
-- reverse: create index "run_project_id_status" to table: "runs"
DROP INDEX "run_project_id_status";
-- reverse: create index "run_library_id" to table: "runs"
DROP INDEX "run_library_id";
-- reverse: create "runs" table
DROP TABLE "runs";
-- reverse: create index "resource_template_id" to table: "resources"
DROP INDEX "resource_template_id";
-- reverse: create index "resource_project_id_status" to table: "resources"
DROP INDEX "resource_project_id_status";
-- reverse: create index "resource_project_id_singleton" to table: "resources"
DROP INDEX "resource_project_id_singleton";
-- reverse: create index "resource_live_name" to table: "resources"
DROP INDEX "resource_live_name";
-- reverse: create "resources" table
DROP TABLE "resources";
-- reverse: create index "projects_acronym_key" to table: "projects"
DROP INDEX "projects_acronym_key";
-- reverse: create index "project_organization_id" to table: "projects"
DROP INDEX "project_organization_id";
-- reverse: create index "project_name" to table: "projects"
DROP INDEX "project_name";
-- reverse: create "projects" table
DROP TABLE "projects";
-- reverse: create index "template_name" to table: "templates"
DROP INDEX "template_name";
-- reverse: create index "template_library_id_name_version" to table: "templates"
DROP INDEX "template_library_id_name_version";
-- reverse: create index "template_latest" to table: "templates"
DROP INDEX "template_latest";
-- reverse: create index "template_category" to table: "templates"
DROP INDEX "template_category";
-- reverse: create "templates" table
DROP TABLE "templates";
-- reverse: create index "organizations_code_key" to table: "organizations"
DROP INDEX "organizations_code_key";
-- reverse: create "organizations" table
DROP TABLE "organizations";
-- reverse: create index "libraries_name_key" to table: "libraries"
DROP INDEX "libraries_name_key";
-- reverse: create "libraries" table
DROP TABLE "libraries";
-- reverse: create index "apitoken_user_id" to table: "api_tokens"
DROP INDEX "apitoken_user_id";
-- reverse: create index "api_tokens_hash_key" to table: "api_tokens"
DROP INDEX "api_tokens_hash_key";
-- reverse: create "api_tokens" table
DROP TABLE "api_tokens";
-- reverse: create index "state_locks_project_id_key" to table: "state_locks"
DROP INDEX "state_locks_project_id_key";
-- reverse: create "state_locks" table
DROP TABLE "state_locks";
-- reverse: create index "idempotencykey_owner_id_operation_key" to table: "idempotency_keys"
DROP INDEX "idempotencykey_owner_id_operation_key";
-- reverse: create index "idempotencykey_expires_at" to table: "idempotency_keys"
DROP INDEX "idempotencykey_expires_at";
-- reverse: create "idempotency_keys" table
DROP TABLE "idempotency_keys";
-- reverse: create index "events_position_key" to table: "events"
DROP INDEX "events_position_key";
-- reverse: create index "event_unplaced" to table: "events"
DROP INDEX "event_unplaced";
-- reverse: create index "event_type_id" to table: "events"
DROP INDEX "event_type_id";
-- reverse: create index "event_time" to table: "events"
DROP INDEX "event_time";
-- reverse: create index "event_subject_id_id" to table: "events"
DROP INDEX "event_subject_id_id";
-- reverse: create index "event_project_id_id" to table: "events"
DROP INDEX "event_project_id_id";
-- reverse: create index "event_actor_id_id" to table: "events"
DROP INDEX "event_actor_id_id";
-- reverse: create "events" table
DROP TABLE "events";
-- reverse: create index "counters_name_key" to table: "counters"
DROP INDEX "counters_name_key";
-- reverse: create "counters" table
DROP TABLE "counters";
-- reverse: create index "workers_name_key" to table: "workers"
DROP INDEX "workers_name_key";
-- reverse: create index "worker_seen_at" to table: "workers"
DROP INDEX "worker_seen_at";
-- reverse: create "workers" table
DROP TABLE "workers";
-- reverse: create index "users_subject_key" to table: "users"
DROP INDEX "users_subject_key";
-- reverse: create index "users_email_key" to table: "users"
DROP INDEX "users_email_key";
-- reverse: create index "user_name" to table: "users"
DROP INDEX "user_name";
-- reverse: create "users" table
DROP TABLE "users";
