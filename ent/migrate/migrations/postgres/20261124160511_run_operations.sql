-- +goose Up
-- modify "runs" table
ALTER TABLE "runs" ADD COLUMN "claimed_at" timestamptz NULL, ADD COLUMN "trace" character varying NULL, ADD COLUMN "log_dropped_at" timestamptz NULL;
-- create index "run_finished_at" to table: "runs"
CREATE INDEX "run_finished_at" ON "runs" ("finished_at") WHERE (log_size > 0);

-- +goose Down
-- reverse: create index "run_finished_at" to table: "runs"
DROP INDEX "run_finished_at";
-- reverse: modify "runs" table
ALTER TABLE "runs" DROP COLUMN "log_dropped_at", DROP COLUMN "trace", DROP COLUMN "claimed_at";
