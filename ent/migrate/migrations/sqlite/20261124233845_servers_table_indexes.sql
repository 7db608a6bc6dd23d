-- +goose Up
-- drop index "server_session_id" from table: "servers"
DROP INDEX `server_session_id`;
-- drop index "server_order_line_id" from table: "servers"
DROP INDEX `server_order_line_id`;
-- drop index "server_project_id_id" from table: "servers"
DROP INDEX `server_project_id_id`;
-- drop index "server_health_id" from table: "servers"
DROP INDEX `server_health_id`;
-- create index "server_session_id_hostname_id" to table: "servers"
CREATE INDEX `server_session_id_hostname_id` ON `servers` (`session_id`, `hostname`, `id`);
-- create index "server_order_line_id_hostname_id" to table: "servers"
CREATE INDEX `server_order_line_id_hostname_id` ON `servers` (`order_line_id`, `hostname`, `id`);
-- create index "server_project_id_hostname_id" to table: "servers"
CREATE INDEX `server_project_id_hostname_id` ON `servers` (`project_id`, `hostname`, `id`);
-- create index "server_provider_id_hostname_id" to table: "servers"
CREATE INDEX `server_provider_id_hostname_id` ON `servers` (`provider_id`, `hostname`, `id`);
-- create index "server_lifecycle_hostname_id" to table: "servers"
CREATE INDEX `server_lifecycle_hostname_id` ON `servers` (`lifecycle`, `hostname`, `id`);
-- create index "server_health_hostname_id" to table: "servers"
CREATE INDEX `server_health_hostname_id` ON `servers` (`health`, `hostname`, `id`);
-- create index "server_created_at_id" to table: "servers"
CREATE INDEX `server_created_at_id` ON `servers` (`created_at`, `id`);

-- +goose Down
-- reverse: create index "server_created_at_id" to table: "servers"
DROP INDEX `server_created_at_id`;
-- reverse: create index "server_health_hostname_id" to table: "servers"
DROP INDEX `server_health_hostname_id`;
-- reverse: create index "server_lifecycle_hostname_id" to table: "servers"
DROP INDEX `server_lifecycle_hostname_id`;
-- reverse: create index "server_provider_id_hostname_id" to table: "servers"
DROP INDEX `server_provider_id_hostname_id`;
-- reverse: create index "server_project_id_hostname_id" to table: "servers"
DROP INDEX `server_project_id_hostname_id`;
-- reverse: create index "server_order_line_id_hostname_id" to table: "servers"
DROP INDEX `server_order_line_id_hostname_id`;
-- reverse: create index "server_session_id_hostname_id" to table: "servers"
DROP INDEX `server_session_id_hostname_id`;
-- reverse: drop index "server_health_id" from table: "servers"
CREATE INDEX `server_health_id` ON `servers` (`health`, `id`);
-- reverse: drop index "server_project_id_id" from table: "servers"
CREATE INDEX `server_project_id_id` ON `servers` (`project_id`, `id`);
-- reverse: drop index "server_order_line_id" from table: "servers"
CREATE INDEX `server_order_line_id` ON `servers` (`order_line_id`);
-- reverse: drop index "server_session_id" from table: "servers"
CREATE INDEX `server_session_id` ON `servers` (`session_id`);
