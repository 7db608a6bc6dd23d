-- +goose Up
-- add column "claimed_at" to table: "runs"
ALTER TABLE `runs` ADD COLUMN `claimed_at` datetime NULL;
-- add column "trace" to table: "runs"
ALTER TABLE `runs` ADD COLUMN `trace` text NULL;
-- add column "log_dropped_at" to table: "runs"
ALTER TABLE `runs` ADD COLUMN `log_dropped_at` datetime NULL;
-- create index "run_finished_at" to table: "runs"
CREATE INDEX `run_finished_at` ON `runs` (`finished_at`) WHERE log_size > 0;

-- +goose Down
-- reverse: create index "run_finished_at" to table: "runs"
DROP INDEX `run_finished_at`;
-- reverse: add column "log_dropped_at" to table: "runs"
ALTER TABLE `runs` DROP COLUMN `log_dropped_at`;
-- reverse: add column "trace" to table: "runs"
ALTER TABLE `runs` DROP COLUMN `trace`;
-- reverse: add column "claimed_at" to table: "runs"
ALTER TABLE `runs` DROP COLUMN `claimed_at`;
