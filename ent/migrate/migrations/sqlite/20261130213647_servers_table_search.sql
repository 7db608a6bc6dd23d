-- +goose Up
-- create index "server_hostname_id" to table: "servers"
CREATE INDEX `server_hostname_id` ON `servers` (`hostname`, `id`);
-- create index "server_external_id" to table: "servers"
CREATE INDEX `server_external_id` ON `servers` (`external_id`);

-- +goose Down
-- reverse: create index "server_external_id" to table: "servers"
DROP INDEX `server_external_id`;
-- reverse: create index "server_hostname_id" to table: "servers"
DROP INDEX `server_hostname_id`;
