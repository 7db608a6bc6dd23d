-- +goose Up
-- disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- create "new_run_plans" table
CREATE TABLE `new_run_plans` (`id` text NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `add` integer NOT NULL, `change` integer NOT NULL, `destroy` integer NOT NULL, `listed` integer NOT NULL DEFAULT (0), `truncated` integer NOT NULL DEFAULT (0), `changes` json NOT NULL, `outputs` json NOT NULL, `run_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `run_plans_runs_plan` FOREIGN KEY (`run_id`) REFERENCES `runs` (`id`) ON DELETE CASCADE);
-- copy rows from old table "run_plans" to new temporary table "new_run_plans"
INSERT INTO `new_run_plans` (`id`, `created_at`, `updated_at`, `add`, `change`, `destroy`, `truncated`, `changes`, `outputs`, `run_id`) SELECT `id`, `created_at`, `updated_at`, `add`, `change`, `destroy`, `truncated`, `changes`, `outputs`, `run_id` FROM `run_plans`;
-- drop "run_plans" table after copying rows
DROP TABLE `run_plans`;
-- rename temporary table "new_run_plans" to "run_plans"
ALTER TABLE `new_run_plans` RENAME TO `run_plans`;
-- create index "run_plans_run_id_key" to table: "run_plans"
CREATE UNIQUE INDEX `run_plans_run_id_key` ON `run_plans` (`run_id`);
-- create "new_run_steps" table
CREATE TABLE `new_run_steps` (`id` text NOT NULL, `lease` integer NOT NULL, `phase` text NOT NULL, `name` text NOT NULL, `status` text NOT NULL DEFAULT ('RUNNING'), `done` integer NOT NULL DEFAULT (0), `total` integer NOT NULL DEFAULT (0), `started_at` datetime NOT NULL, `ended_at` datetime NULL, `run_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `run_steps_runs_steps` FOREIGN KEY (`run_id`) REFERENCES `runs` (`id`) ON DELETE CASCADE);
-- copy rows from old table "run_steps" to new temporary table "new_run_steps"
INSERT INTO `new_run_steps` (`id`, `lease`, `phase`, `name`, `status`, `started_at`, `ended_at`, `run_id`) SELECT `id`, `lease`, `phase`, `name`, `status`, `started_at`, `ended_at`, `run_id` FROM `run_steps`;
-- drop "run_steps" table after copying rows
DROP TABLE `run_steps`;
-- rename temporary table "new_run_steps" to "run_steps"
ALTER TABLE `new_run_steps` RENAME TO `run_steps`;
-- create index "runstep_run_id_lease_name" to table: "run_steps"
CREATE UNIQUE INDEX `runstep_run_id_lease_name` ON `run_steps` (`run_id`, `lease`, `name`);
-- create "run_plan_parts" table
CREATE TABLE `run_plan_parts` (`id` text NOT NULL, `position` integer NOT NULL, `size` integer NOT NULL, `changes` blob NOT NULL, `run_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `run_plan_parts_runs_plan_parts` FOREIGN KEY (`run_id`) REFERENCES `runs` (`id`) ON DELETE CASCADE);
-- create index "runplanpart_run_id_position" to table: "run_plan_parts"
CREATE UNIQUE INDEX `runplanpart_run_id_position` ON `run_plan_parts` (`run_id`, `position`);
-- enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;

-- +goose Down
-- reverse: create index "runplanpart_run_id_position" to table: "run_plan_parts"
DROP INDEX `runplanpart_run_id_position`;
-- reverse: create "run_plan_parts" table
DROP TABLE `run_plan_parts`;
-- reverse: create index "runstep_run_id_lease_name" to table: "run_steps"
DROP INDEX `runstep_run_id_lease_name`;
-- reverse: create "new_run_steps" table
DROP TABLE `new_run_steps`;
-- reverse: create index "run_plans_run_id_key" to table: "run_plans"
DROP INDEX `run_plans_run_id_key`;
-- reverse: create "new_run_plans" table
DROP TABLE `new_run_plans`;
