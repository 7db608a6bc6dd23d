-- +goose Up
-- modify "run_plans" table
ALTER TABLE "run_plans" ADD COLUMN "listed" bigint NOT NULL DEFAULT 0;
-- modify "run_steps" table
ALTER TABLE "run_steps" DROP COLUMN "detail", ADD COLUMN "done" bigint NOT NULL DEFAULT 0, ADD COLUMN "total" bigint NOT NULL DEFAULT 0;
-- create "run_plan_parts" table
CREATE TABLE "run_plan_parts" ("id" character varying NOT NULL, "position" bigint NOT NULL, "size" bigint NOT NULL, "changes" bytea NOT NULL, "run_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "run_plan_parts_runs_plan_parts" FOREIGN KEY ("run_id") REFERENCES "runs" ("id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- create index "runplanpart_run_id_position" to table: "run_plan_parts"
CREATE UNIQUE INDEX "runplanpart_run_id_position" ON "run_plan_parts" ("run_id", "position");

-- +goose Down
-- reverse: create index "runplanpart_run_id_position" to table: "run_plan_parts"
DROP INDEX "runplanpart_run_id_position";
-- reverse: create "run_plan_parts" table
DROP TABLE "run_plan_parts";
-- reverse: modify "run_steps" table
ALTER TABLE "run_steps" DROP COLUMN "total", DROP COLUMN "done", ADD COLUMN "detail" character varying NOT NULL DEFAULT '';
-- reverse: modify "run_plans" table
ALTER TABLE "run_plans" DROP COLUMN "listed";
