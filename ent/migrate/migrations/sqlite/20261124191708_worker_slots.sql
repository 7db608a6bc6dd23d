-- +goose Up
-- disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- create "new_workers" table
CREATE TABLE `new_workers` (`id` text NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `name` text NOT NULL, `labels` json NULL, `version` text NOT NULL DEFAULT (''), `tool` text NOT NULL DEFAULT (''), `slots` integer NOT NULL DEFAULT (0), `remote` bool NOT NULL DEFAULT (false), `paused` bool NOT NULL DEFAULT (false), `seen_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- copy rows from old table "workers" to new temporary table "new_workers"
INSERT INTO `new_workers` (`id`, `created_at`, `updated_at`, `name`, `labels`, `version`, `tool`, `remote`, `paused`, `seen_at`) SELECT `id`, `created_at`, `updated_at`, `name`, `labels`, `version`, `tool`, `remote`, `paused`, `seen_at` FROM `workers`;
-- drop "workers" table after copying rows
DROP TABLE `workers`;
-- rename temporary table "new_workers" to "workers"
ALTER TABLE `new_workers` RENAME TO `workers`;
-- create index "workers_name_key" to table: "workers"
CREATE UNIQUE INDEX `workers_name_key` ON `workers` (`name`);
-- create index "worker_seen_at" to table: "workers"
CREATE INDEX `worker_seen_at` ON `workers` (`seen_at`);
-- enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;

-- +goose Down
-- reverse: create index "worker_seen_at" to table: "workers"
DROP INDEX `worker_seen_at`;
-- reverse: create index "workers_name_key" to table: "workers"
DROP INDEX `workers_name_key`;
-- reverse: create "new_workers" table
DROP TABLE `new_workers`;
