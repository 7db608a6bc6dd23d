-- +goose Up
-- create "api_tokens" table
CREATE TABLE `api_tokens` (`id` text NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `name` text NOT NULL, `hash` blob NOT NULL, `hint` text NOT NULL, `scopes` json NOT NULL, `expires_at` datetime NULL, `last_used_at` datetime NULL, `revoked_at` datetime NULL, `user_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `api_tokens_users_api_tokens` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE);
-- create index "api_tokens_hash_key" to table: "api_tokens"
CREATE UNIQUE INDEX `api_tokens_hash_key` ON `api_tokens` (`hash`);
-- create index "apitoken_user_id" to table: "api_tokens"
CREATE INDEX `apitoken_user_id` ON `api_tokens` (`user_id`);
-- create "approvals" table
CREATE TABLE `approvals` (`id` text NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `by` text NOT NULL, `decision` text NOT NULL, `comment` text NOT NULL DEFAULT (''), `digest` text NOT NULL DEFAULT (''), `user_id` text NOT NULL, `run_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `approvals_users_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE NO ACTION, CONSTRAINT `approvals_runs_approvals` FOREIGN KEY (`run_id`) REFERENCES `runs` (`id`) ON DELETE CASCADE);
-- create index "approval_run_id_user_id_digest" to table: "approvals"
CREATE UNIQUE INDEX `approval_run_id_user_id_digest` ON `approvals` (`run_id`, `user_id`, `digest`);
-- create "counters" table
CREATE TABLE `counters` (`id` text NOT NULL, `name` text NOT NULL, `value` integer NOT NULL DEFAULT (0), PRIMARY KEY (`id`));
-- create index "counters_name_key" to table: "counters"
CREATE UNIQUE INDEX `counters_name_key` ON `counters` (`name`);
-- create "events" table
CREATE TABLE `events` (`id` text NOT NULL, `type` text NOT NULL, `audience` text NOT NULL, `actor_id` text NOT NULL, `actor` text NOT NULL, `subject_id` text NOT NULL, `subject` text NOT NULL DEFAULT (''), `project_id` text NULL, `before` json NULL, `after` json NULL, `request_id` text NOT NULL DEFAULT (''), `address` text NOT NULL DEFAULT (''), `time` datetime NOT NULL, `position` integer NULL, PRIMARY KEY (`id`));
-- create index "events_position_key" to table: "events"
CREATE UNIQUE INDEX `events_position_key` ON `events` (`position`);
-- create index "event_project_id_id" to table: "events"
CREATE INDEX `event_project_id_id` ON `events` (`project_id`, `id`);
-- create index "event_subject_id_id" to table: "events"
CREATE INDEX `event_subject_id_id` ON `events` (`subject_id`, `id`);
-- create index "event_actor_id_id" to table: "events"
CREATE INDEX `event_actor_id_id` ON `events` (`actor_id`, `id`);
-- create index "event_type_id" to table: "events"
CREATE INDEX `event_type_id` ON `events` (`type`, `id`);
-- create index "event_time" to table: "events"
CREATE INDEX `event_time` ON `events` (`time`);
-- create index "event_unplaced" to table: "events"
CREATE INDEX `event_unplaced` ON `events` (`id`) WHERE position IS NULL;
-- create "freezes" table
CREATE TABLE `freezes` (`id` text NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `reason` text NOT NULL, `starts_at` datetime NOT NULL, `ends_at` datetime NOT NULL, `created_by` text NOT NULL, `lifted_at` datetime NULL, `project_id` text NULL, PRIMARY KEY (`id`), CONSTRAINT `freezes_projects_project` FOREIGN KEY (`project_id`) REFERENCES `projects` (`id`) ON DELETE SET NULL);
-- create index "freeze_project_id" to table: "freezes"
CREATE INDEX `freeze_project_id` ON `freezes` (`project_id`);
-- create index "freeze_ends_at" to table: "freezes"
CREATE INDEX `freeze_ends_at` ON `freezes` (`ends_at`);
-- create "idempotency_keys" table
CREATE TABLE `idempotency_keys` (`id` text NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `owner_id` text NOT NULL, `operation` text NOT NULL, `key` text NOT NULL, `input_hash` text NOT NULL, `answer` json NULL, `expires_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- create index "idempotencykey_owner_id_operation_key" to table: "idempotency_keys"
CREATE UNIQUE INDEX `idempotencykey_owner_id_operation_key` ON `idempotency_keys` (`owner_id`, `operation`, `key`);
-- create index "idempotencykey_expires_at" to table: "idempotency_keys"
CREATE INDEX `idempotencykey_expires_at` ON `idempotency_keys` (`expires_at`);
-- create "libraries" table
CREATE TABLE `libraries` (`id` text NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `name` text NOT NULL, `url` text NOT NULL, `ref` text NOT NULL DEFAULT (''), `path` text NOT NULL DEFAULT (''), `sealed_credential` blob NULL, `title` json NOT NULL, `description` json NOT NULL, `status` text NOT NULL DEFAULT ('NEW'), `commit` text NULL, `synced_at` datetime NULL, `problems` json NULL, `error` json NULL, PRIMARY KEY (`id`));
-- create index "libraries_name_key" to table: "libraries"
CREATE UNIQUE INDEX `libraries_name_key` ON `libraries` (`name`);
-- create "memberships" table
CREATE TABLE `memberships` (`id` text NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `scope_key` text NOT NULL, `project_id` text NULL, `role_id` text NOT NULL, `user_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `memberships_projects_memberships` FOREIGN KEY (`project_id`) REFERENCES `projects` (`id`) ON DELETE CASCADE, CONSTRAINT `memberships_roles_memberships` FOREIGN KEY (`role_id`) REFERENCES `roles` (`id`) ON DELETE NO ACTION, CONSTRAINT `memberships_users_memberships` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE);
-- create index "membership_user_id_scope_key" to table: "memberships"
CREATE UNIQUE INDEX `membership_user_id_scope_key` ON `memberships` (`user_id`, `scope_key`);
-- create index "membership_project_id" to table: "memberships"
CREATE INDEX `membership_project_id` ON `memberships` (`project_id`);
-- create index "membership_role_id" to table: "memberships"
CREATE INDEX `membership_role_id` ON `memberships` (`role_id`);
-- create "organizations" table
CREATE TABLE `organizations` (`id` text NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `name` text NOT NULL, `code` text NOT NULL, PRIMARY KEY (`id`));
-- create index "organizations_code_key" to table: "organizations"
CREATE UNIQUE INDEX `organizations_code_key` ON `organizations` (`code`);
-- create "plan_files" table
CREATE TABLE `plan_files` (`id` text NOT NULL, `sealed` blob NOT NULL, `run_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `plan_files_runs_plan_file` FOREIGN KEY (`run_id`) REFERENCES `runs` (`id`) ON DELETE CASCADE);
-- create index "plan_files_run_id_key" to table: "plan_files"
CREATE UNIQUE INDEX `plan_files_run_id_key` ON `plan_files` (`run_id`);
-- create "projects" table
CREATE TABLE `projects` (`id` text NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `acronym` text NOT NULL, `name` text NOT NULL, `description` json NOT NULL, `status` text NOT NULL DEFAULT ('ACTIVE'), `budget` real NULL, `variables` json NULL, `sealed_variables` blob NULL, `secret_variable_names` json NULL, `worker_labels` json NULL, `tags` json NULL, `organization_id` text NOT NULL, `base_template_id` text NULL, PRIMARY KEY (`id`), CONSTRAINT `projects_organizations_projects` FOREIGN KEY (`organization_id`) REFERENCES `organizations` (`id`) ON DELETE NO ACTION, CONSTRAINT `projects_templates_base_template` FOREIGN KEY (`base_template_id`) REFERENCES `templates` (`id`) ON DELETE SET NULL);
-- create index "projects_acronym_key" to table: "projects"
CREATE UNIQUE INDEX `projects_acronym_key` ON `projects` (`acronym`);
-- create index "project_name" to table: "projects"
CREATE INDEX `project_name` ON `projects` (`name`);
-- create index "project_organization_id" to table: "projects"
CREATE INDEX `project_organization_id` ON `projects` (`organization_id`);
-- create "resources" table
CREATE TABLE `resources` (`id` text NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `name` text NOT NULL, `inputs` json NULL, `sealed_inputs` blob NULL, `secret_input_names` json NULL, `outputs` json NULL, `sealed_outputs` blob NULL, `status` text NOT NULL DEFAULT ('REQUESTED'), `error` json NULL, `drift` json NULL, `singleton` text NULL, `applied` json NULL, `sealed_applied` blob NULL, `ready_at` datetime NULL, `project_id` text NOT NULL, `template_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `resources_projects_resources` FOREIGN KEY (`project_id`) REFERENCES `projects` (`id`) ON DELETE CASCADE, CONSTRAINT `resources_templates_resources` FOREIGN KEY (`template_id`) REFERENCES `templates` (`id`) ON DELETE NO ACTION);
-- create index "resource_live_name" to table: "resources"
CREATE UNIQUE INDEX `resource_live_name` ON `resources` (`project_id`, `name`) WHERE status <> 'DELETED';
-- create index "resource_project_id_singleton" to table: "resources"
CREATE UNIQUE INDEX `resource_project_id_singleton` ON `resources` (`project_id`, `singleton`);
-- create index "resource_project_id_status" to table: "resources"
CREATE INDEX `resource_project_id_status` ON `resources` (`project_id`, `status`);
-- create index "resource_template_id" to table: "resources"
CREATE INDEX `resource_template_id` ON `resources` (`template_id`);
-- create "roles" table
CREATE TABLE `roles` (`id` text NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `key` text NOT NULL, `title` json NOT NULL, `scope` text NOT NULL, `permissions` json NOT NULL, `rank` integer NOT NULL DEFAULT (100), `built_in` bool NOT NULL DEFAULT (false), PRIMARY KEY (`id`));
-- create index "roles_key_key" to table: "roles"
CREATE UNIQUE INDEX `roles_key_key` ON `roles` (`key`);
-- create "runs" table
CREATE TABLE `runs` (`id` text NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `kind` text NOT NULL, `status` text NOT NULL DEFAULT ('QUEUED'), `phase` text NOT NULL DEFAULT ('PLAN'), `requested_by` text NOT NULL, `change` json NULL, `sealed_change` blob NULL, `lease` integer NOT NULL DEFAULT (0), `attempt` integer NOT NULL DEFAULT (0), `worker` text NULL, `lease_expires_at` datetime NULL, `busy` text NULL, `labels` json NULL, `blocked_reason` json NULL, `policy` json NULL, `digest` text NULL, `approved_digest` text NULL, `planned_serial` integer NULL, `approved_by` text NULL, `approval_expires_at` datetime NULL, `branch` text NULL, `commit` text NULL, `failure` json NULL, `diagnostics` json NULL, `tool` text NULL, `log_size` integer NOT NULL DEFAULT (0), `canceled_by` text NULL, `queued_at` datetime NOT NULL, `started_at` datetime NULL, `planned_at` datetime NULL, `approved_at` datetime NULL, `finished_at` datetime NULL, `cancel_requested_at` datetime NULL, `library_id` text NULL, `project_id` text NULL, `resource_id` text NULL, `requested_by_id` text NULL, `retry_of_id` text NULL, PRIMARY KEY (`id`), CONSTRAINT `runs_libraries_runs` FOREIGN KEY (`library_id`) REFERENCES `libraries` (`id`) ON DELETE CASCADE, CONSTRAINT `runs_projects_runs` FOREIGN KEY (`project_id`) REFERENCES `projects` (`id`) ON DELETE CASCADE, CONSTRAINT `runs_resources_runs` FOREIGN KEY (`resource_id`) REFERENCES `resources` (`id`) ON DELETE CASCADE, CONSTRAINT `runs_users_requester` FOREIGN KEY (`requested_by_id`) REFERENCES `users` (`id`) ON DELETE SET NULL, CONSTRAINT `runs_runs_retry_of` FOREIGN KEY (`retry_of_id`) REFERENCES `runs` (`id`) ON DELETE SET NULL);
-- create index "runs_busy_key" to table: "runs"
CREATE UNIQUE INDEX `runs_busy_key` ON `runs` (`busy`);
-- create index "runs_retry_of_id_key" to table: "runs"
CREATE UNIQUE INDEX `runs_retry_of_id_key` ON `runs` (`retry_of_id`);
-- create index "run_project_id_status" to table: "runs"
CREATE INDEX `run_project_id_status` ON `runs` (`project_id`, `status`);
-- create index "run_resource_id" to table: "runs"
CREATE INDEX `run_resource_id` ON `runs` (`resource_id`);
-- create index "run_library_id" to table: "runs"
CREATE INDEX `run_library_id` ON `runs` (`library_id`);
-- create index "run_requested_by_id" to table: "runs"
CREATE INDEX `run_requested_by_id` ON `runs` (`requested_by_id`);
-- create index "run_status_queued_at" to table: "runs"
CREATE INDEX `run_status_queued_at` ON `runs` (`status`, `queued_at`) WHERE status = 'QUEUED' OR status = 'RUNNING' OR status = 'CANCELING' OR status = 'AWAITING_APPROVAL';
-- create index "run_status_id" to table: "runs"
CREATE INDEX `run_status_id` ON `runs` (`status`, `id`);
-- create "run_logs" table
CREATE TABLE `run_logs` (`id` text NOT NULL, `position` integer NOT NULL, `size` integer NOT NULL, `codec` text NOT NULL DEFAULT ('RAW'), `data` blob NOT NULL, `run_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `run_logs_runs_logs` FOREIGN KEY (`run_id`) REFERENCES `runs` (`id`) ON DELETE CASCADE);
-- create index "runlog_run_id_position" to table: "run_logs"
CREATE UNIQUE INDEX `runlog_run_id_position` ON `run_logs` (`run_id`, `position`);
-- create "run_plans" table
CREATE TABLE `run_plans` (`id` text NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `add` integer NOT NULL, `change` integer NOT NULL, `destroy` integer NOT NULL, `truncated` integer NOT NULL DEFAULT (0), `changes` json NOT NULL, `outputs` json NOT NULL, `run_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `run_plans_runs_plan` FOREIGN KEY (`run_id`) REFERENCES `runs` (`id`) ON DELETE CASCADE);
-- create index "run_plans_run_id_key" to table: "run_plans"
CREATE UNIQUE INDEX `run_plans_run_id_key` ON `run_plans` (`run_id`);
-- create "run_steps" table
CREATE TABLE `run_steps` (`id` text NOT NULL, `lease` integer NOT NULL, `phase` text NOT NULL, `name` text NOT NULL, `status` text NOT NULL DEFAULT ('RUNNING'), `detail` text NOT NULL DEFAULT (''), `started_at` datetime NOT NULL, `ended_at` datetime NULL, `run_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `run_steps_runs_steps` FOREIGN KEY (`run_id`) REFERENCES `runs` (`id`) ON DELETE CASCADE);
-- create index "runstep_run_id_lease_name" to table: "run_steps"
CREATE UNIQUE INDEX `runstep_run_id_lease_name` ON `run_steps` (`run_id`, `lease`, `name`);
-- create "sessions" table
CREATE TABLE `sessions` (`id` text NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `hash` blob NOT NULL, `address` text NOT NULL DEFAULT (''), `user_agent` text NOT NULL DEFAULT (''), `seen_at` datetime NOT NULL, `expires_at` datetime NOT NULL, `user_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `sessions_users_sessions` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE);
-- create index "sessions_hash_key" to table: "sessions"
CREATE UNIQUE INDEX `sessions_hash_key` ON `sessions` (`hash`);
-- create index "session_user_id" to table: "sessions"
CREATE INDEX `session_user_id` ON `sessions` (`user_id`);
-- create index "session_expires_at" to table: "sessions"
CREATE INDEX `session_expires_at` ON `sessions` (`expires_at`);
-- create "state_bodies" table
CREATE TABLE `state_bodies` (`id` text NOT NULL, `sealed` blob NOT NULL, `state_version_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `state_bodies_state_versions_body` FOREIGN KEY (`state_version_id`) REFERENCES `state_versions` (`id`) ON DELETE CASCADE);
-- create index "state_bodies_state_version_id_key" to table: "state_bodies"
CREATE UNIQUE INDEX `state_bodies_state_version_id_key` ON `state_bodies` (`state_version_id`);
-- create "state_locks" table
CREATE TABLE `state_locks` (`id` text NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `project_id` text NOT NULL, `lock_id` text NOT NULL, `info` json NOT NULL, `run_id` text NULL, `lease` integer NOT NULL DEFAULT (0), `holder` text NOT NULL, PRIMARY KEY (`id`));
-- create index "state_locks_project_id_key" to table: "state_locks"
CREATE UNIQUE INDEX `state_locks_project_id_key` ON `state_locks` (`project_id`);
-- create "state_versions" table
CREATE TABLE `state_versions` (`id` text NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL, `serial` integer NOT NULL, `lineage` text NOT NULL, `sha256` text NOT NULL, `size` integer NOT NULL, `resource_count` integer NOT NULL DEFAULT (0), `created_by` text NOT NULL DEFAULT (''), `project_id` text NOT NULL, `run_id` text NULL, PRIMARY KEY (`id`), CONSTRAINT `state_versions_projects_state_versions` FOREIGN KEY (`project_id`) REFERENCES `projects` (`id`) ON DELETE CASCADE, CONSTRAINT `state_versions_runs_run` FOREIGN KEY (`run_id`) REFERENCES `runs` (`id`) ON DELETE SET NULL);
-- create index "stateversion_project_id_version" to table: "state_versions"
CREATE UNIQUE INDEX `stateversion_project_id_version` ON `state_versions` (`project_id`, `version`);
-- create index "stateversion_run_id" to table: "state_versions"
CREATE INDEX `stateversion_run_id` ON `state_versions` (`run_id`);
-- create "templates" table
CREATE TABLE `templates` (`id` text NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `name` text NOT NULL, `version` text NOT NULL, `digest` text NOT NULL, `latest` bool NOT NULL DEFAULT (true), `kind` text NOT NULL, `is_base` bool NOT NULL DEFAULT (false), `status` text NOT NULL DEFAULT ('READY'), `title` json NOT NULL, `description` json NOT NULL, `readme` json NOT NULL, `icon` text NOT NULL DEFAULT (''), `category` text NOT NULL DEFAULT (''), `schema` json NULL, `outputs` json NULL, `spec` json NULL, `problems` json NULL, `library_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `templates_libraries_templates` FOREIGN KEY (`library_id`) REFERENCES `libraries` (`id`) ON DELETE CASCADE);
-- create index "template_library_id_name_version" to table: "templates"
CREATE UNIQUE INDEX `template_library_id_name_version` ON `templates` (`library_id`, `name`, `version`);
-- create index "template_latest" to table: "templates"
CREATE UNIQUE INDEX `template_latest` ON `templates` (`library_id`, `name`) WHERE latest;
-- create index "template_name" to table: "templates"
CREATE INDEX `template_name` ON `templates` (`name`);
-- create index "template_category" to table: "templates"
CREATE INDEX `template_category` ON `templates` (`category`);
-- create "template_contents" table
CREATE TABLE `template_contents` (`id` text NOT NULL, `files` blob NOT NULL, `template_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `template_contents_templates_content` FOREIGN KEY (`template_id`) REFERENCES `templates` (`id`) ON DELETE CASCADE);
-- create index "template_contents_template_id_key" to table: "template_contents"
CREATE UNIQUE INDEX `template_contents_template_id_key` ON `template_contents` (`template_id`);
-- create "users" table
CREATE TABLE `users` (`id` text NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `email` text NOT NULL, `subject` text NULL, `name` text NOT NULL, `locale` text NOT NULL DEFAULT ('en'), `avatar_url` text NULL, `password_hash` text NULL, `status` text NOT NULL DEFAULT ('ACTIVE'), `last_seen_at` datetime NULL, PRIMARY KEY (`id`));
-- create index "users_email_key" to table: "users"
CREATE UNIQUE INDEX `users_email_key` ON `users` (`email`);
-- create index "users_subject_key" to table: "users"
CREATE UNIQUE INDEX `users_subject_key` ON `users` (`subject`);
-- create index "user_name" to table: "users"
CREATE INDEX `user_name` ON `users` (`name`);
-- create "workers" table
CREATE TABLE `workers` (`id` text NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `name` text NOT NULL, `labels` json NULL, `version` text NOT NULL DEFAULT (''), `tool` text NOT NULL DEFAULT (''), `remote` bool NOT NULL DEFAULT (false), `paused` bool NOT NULL DEFAULT (false), `seen_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- create index "workers_name_key" to table: "workers"
CREATE UNIQUE INDEX `workers_name_key` ON `workers` (`name`);
-- create index "worker_seen_at" to table: "workers"
CREATE INDEX `worker_seen_at` ON `workers` (`seen_at`);

-- +goose Down
-- reverse: create index "worker_seen_at" to table: "workers"
DROP INDEX `worker_seen_at`;
-- reverse: create index "workers_name_key" to table: "workers"
DROP INDEX `workers_name_key`;
-- reverse: create "workers" table
DROP TABLE `workers`;
-- reverse: create index "user_name" to table: "users"
DROP INDEX `user_name`;
-- reverse: create index "users_subject_key" to table: "users"
DROP INDEX `users_subject_key`;
-- reverse: create index "users_email_key" to table: "users"
DROP INDEX `users_email_key`;
-- reverse: create "users" table
DROP TABLE `users`;
-- reverse: create index "template_contents_template_id_key" to table: "template_contents"
DROP INDEX `template_contents_template_id_key`;
-- reverse: create "template_contents" table
DROP TABLE `template_contents`;
-- reverse: create index "template_category" to table: "templates"
DROP INDEX `template_category`;
-- reverse: create index "template_name" to table: "templates"
DROP INDEX `template_name`;
-- reverse: create index "template_latest" to table: "templates"
DROP INDEX `template_latest`;
-- reverse: create index "template_library_id_name_version" to table: "templates"
DROP INDEX `template_library_id_name_version`;
-- reverse: create "templates" table
DROP TABLE `templates`;
-- reverse: create index "stateversion_run_id" to table: "state_versions"
DROP INDEX `stateversion_run_id`;
-- reverse: create index "stateversion_project_id_version" to table: "state_versions"
DROP INDEX `stateversion_project_id_version`;
-- reverse: create "state_versions" table
DROP TABLE `state_versions`;
-- reverse: create index "state_locks_project_id_key" to table: "state_locks"
DROP INDEX `state_locks_project_id_key`;
-- reverse: create "state_locks" table
DROP TABLE `state_locks`;
-- reverse: create index "state_bodies_state_version_id_key" to table: "state_bodies"
DROP INDEX `state_bodies_state_version_id_key`;
-- reverse: create "state_bodies" table
DROP TABLE `state_bodies`;
-- reverse: create index "session_expires_at" to table: "sessions"
DROP INDEX `session_expires_at`;
-- reverse: create index "session_user_id" to table: "sessions"
DROP INDEX `session_user_id`;
-- reverse: create index "sessions_hash_key" to table: "sessions"
DROP INDEX `sessions_hash_key`;
-- reverse: create "sessions" table
DROP TABLE `sessions`;
-- reverse: create index "runstep_run_id_lease_name" to table: "run_steps"
DROP INDEX `runstep_run_id_lease_name`;
-- reverse: create "run_steps" table
DROP TABLE `run_steps`;
-- reverse: create index "run_plans_run_id_key" to table: "run_plans"
DROP INDEX `run_plans_run_id_key`;
-- reverse: create "run_plans" table
DROP TABLE `run_plans`;
-- reverse: create index "runlog_run_id_position" to table: "run_logs"
DROP INDEX `runlog_run_id_position`;
-- reverse: create "run_logs" table
DROP TABLE `run_logs`;
-- reverse: create index "run_status_id" to table: "runs"
DROP INDEX `run_status_id`;
-- reverse: create index "run_status_queued_at" to table: "runs"
DROP INDEX `run_status_queued_at`;
-- reverse: create index "run_requested_by_id" to table: "runs"
DROP INDEX `run_requested_by_id`;
-- reverse: create index "run_library_id" to table: "runs"
DROP INDEX `run_library_id`;
-- reverse: create index "run_resource_id" to table: "runs"
DROP INDEX `run_resource_id`;
-- reverse: create index "run_project_id_status" to table: "runs"
DROP INDEX `run_project_id_status`;
-- reverse: create index "runs_retry_of_id_key" to table: "runs"
DROP INDEX `runs_retry_of_id_key`;
-- reverse: create index "runs_busy_key" to table: "runs"
DROP INDEX `runs_busy_key`;
-- reverse: create "runs" table
DROP TABLE `runs`;
-- reverse: create index "roles_key_key" to table: "roles"
DROP INDEX `roles_key_key`;
-- reverse: create "roles" table
DROP TABLE `roles`;
-- reverse: create index "resource_template_id" to table: "resources"
DROP INDEX `resource_template_id`;
-- reverse: create index "resource_project_id_status" to table: "resources"
DROP INDEX `resource_project_id_status`;
-- reverse: create index "resource_project_id_singleton" to table: "resources"
DROP INDEX `resource_project_id_singleton`;
-- reverse: create index "resource_live_name" to table: "resources"
DROP INDEX `resource_live_name`;
-- reverse: create "resources" table
DROP TABLE `resources`;
-- reverse: create index "project_organization_id" to table: "projects"
DROP INDEX `project_organization_id`;
-- reverse: create index "project_name" to table: "projects"
DROP INDEX `project_name`;
-- reverse: create index "projects_acronym_key" to table: "projects"
DROP INDEX `projects_acronym_key`;
-- reverse: create "projects" table
DROP TABLE `projects`;
-- reverse: create index "plan_files_run_id_key" to table: "plan_files"
DROP INDEX `plan_files_run_id_key`;
-- reverse: create "plan_files" table
DROP TABLE `plan_files`;
-- reverse: create index "organizations_code_key" to table: "organizations"
DROP INDEX `organizations_code_key`;
-- reverse: create "organizations" table
DROP TABLE `organizations`;
-- reverse: create index "membership_role_id" to table: "memberships"
DROP INDEX `membership_role_id`;
-- reverse: create index "membership_project_id" to table: "memberships"
DROP INDEX `membership_project_id`;
-- reverse: create index "membership_user_id_scope_key" to table: "memberships"
DROP INDEX `membership_user_id_scope_key`;
-- reverse: create "memberships" table
DROP TABLE `memberships`;
-- reverse: create index "libraries_name_key" to table: "libraries"
DROP INDEX `libraries_name_key`;
-- reverse: create "libraries" table
DROP TABLE `libraries`;
-- reverse: create index "idempotencykey_expires_at" to table: "idempotency_keys"
DROP INDEX `idempotencykey_expires_at`;
-- reverse: create index "idempotencykey_owner_id_operation_key" to table: "idempotency_keys"
DROP INDEX `idempotencykey_owner_id_operation_key`;
-- reverse: create "idempotency_keys" table
DROP TABLE `idempotency_keys`;
-- reverse: create index "freeze_ends_at" to table: "freezes"
DROP INDEX `freeze_ends_at`;
-- reverse: create index "freeze_project_id" to table: "freezes"
DROP INDEX `freeze_project_id`;
-- reverse: create "freezes" table
DROP TABLE `freezes`;
-- reverse: create index "event_unplaced" to table: "events"
DROP INDEX `event_unplaced`;
-- reverse: create index "event_time" to table: "events"
DROP INDEX `event_time`;
-- reverse: create index "event_type_id" to table: "events"
DROP INDEX `event_type_id`;
-- reverse: create index "event_actor_id_id" to table: "events"
DROP INDEX `event_actor_id_id`;
-- reverse: create index "event_subject_id_id" to table: "events"
DROP INDEX `event_subject_id_id`;
-- reverse: create index "event_project_id_id" to table: "events"
DROP INDEX `event_project_id_id`;
-- reverse: create index "events_position_key" to table: "events"
DROP INDEX `events_position_key`;
-- reverse: create "events" table
DROP TABLE `events`;
-- reverse: create index "counters_name_key" to table: "counters"
DROP INDEX `counters_name_key`;
-- reverse: create "counters" table
DROP TABLE `counters`;
-- reverse: create index "approval_run_id_user_id_digest" to table: "approvals"
DROP INDEX `approval_run_id_user_id_digest`;
-- reverse: create "approvals" table
DROP TABLE `approvals`;
-- reverse: create index "apitoken_user_id" to table: "api_tokens"
DROP INDEX `apitoken_user_id`;
-- reverse: create index "api_tokens_hash_key" to table: "api_tokens"
DROP INDEX `api_tokens_hash_key`;
-- reverse: create "api_tokens" table
DROP TABLE `api_tokens`;
