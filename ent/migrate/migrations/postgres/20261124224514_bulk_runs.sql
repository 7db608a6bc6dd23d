-- +goose Up
-- create "run_servers" table
CREATE TABLE "run_servers" ("id" character varying NOT NULL, "server_id" character varying NOT NULL, "status" character varying NOT NULL DEFAULT 'PENDING', "hostname" character varying NOT NULL DEFAULT '', "reason" jsonb NULL, "run_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "run_servers_runs_servers" FOREIGN KEY ("run_id") REFERENCES "runs" ("id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- create index "runserver_run_id_server_id" to table: "run_servers"
CREATE UNIQUE INDEX "runserver_run_id_server_id" ON "run_servers" ("run_id", "server_id");
-- create index "runserver_run_id_status_id" to table: "run_servers"
CREATE INDEX "runserver_run_id_status_id" ON "run_servers" ("run_id", "status", "id");

-- +goose Down
-- reverse: create index "runserver_run_id_status_id" to table: "run_servers"
DROP INDEX "runserver_run_id_status_id";
-- reverse: create index "runserver_run_id_server_id" to table: "run_servers"
DROP INDEX "runserver_run_id_server_id";
-- reverse: create "run_servers" table
DROP TABLE "run_servers";
