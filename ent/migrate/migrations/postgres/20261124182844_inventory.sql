-- +goose Up
-- create "hosting_providers" table
CREATE TABLE "hosting_providers" ("id" character varying NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "code" character varying NOT NULL, "name" character varying NOT NULL, "url" character varying NOT NULL DEFAULT '', "contact" character varying NOT NULL DEFAULT '', "notes" character varying NOT NULL DEFAULT '', "import_mapping" jsonb NULL, "retired_at" timestamptz NULL, PRIMARY KEY ("id"));
-- create index "hosting_providers_code_key" to table: "hosting_providers"
CREATE UNIQUE INDEX "hosting_providers_code_key" ON "hosting_providers" ("code");
-- create "networks" table
CREATE TABLE "networks" ("id" character varying NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "name" character varying NOT NULL, "scope" character varying NOT NULL DEFAULT '', "cidr" character varying NOT NULL, "family" character varying NOT NULL, "first" bytea NOT NULL, "last" bytea NOT NULL, "gateway" character varying NOT NULL DEFAULT '', "vlan" bigint NULL, "claimable" boolean NOT NULL DEFAULT true, "frontier" bytea NULL, "notes" character varying NOT NULL DEFAULT '', "provider_id" character varying NULL, "project_id" character varying NULL, PRIMARY KEY ("id"), CONSTRAINT "networks_hosting_providers_networks" FOREIGN KEY ("provider_id") REFERENCES "hosting_providers" ("id") ON UPDATE NO ACTION ON DELETE SET NULL, CONSTRAINT "networks_projects_project" FOREIGN KEY ("project_id") REFERENCES "projects" ("id") ON UPDATE NO ACTION ON DELETE SET NULL);
-- create index "network_project_id" to table: "networks"
CREATE INDEX "network_project_id" ON "networks" ("project_id");
-- create index "network_provider_id" to table: "networks"
CREATE INDEX "network_provider_id" ON "networks" ("provider_id");
-- create index "network_scope_cidr" to table: "networks"
CREATE UNIQUE INDEX "network_scope_cidr" ON "networks" ("scope", "cidr");
-- create index "network_scope_first" to table: "networks"
CREATE INDEX "network_scope_first" ON "networks" ("scope", "first");
-- create "purchase_orders" table
CREATE TABLE "purchase_orders" ("id" character varying NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "number" character varying NOT NULL, "title" character varying NOT NULL, "status" character varying NOT NULL DEFAULT 'WISHED', "wished_by" character varying NOT NULL, "due_at" timestamptz NULL, "ordered_at" timestamptz NULL, "closed_at" timestamptz NULL, "notes" character varying NOT NULL DEFAULT '', "provider_id" character varying NOT NULL, "project_id" character varying NULL, PRIMARY KEY ("id"), CONSTRAINT "purchase_orders_hosting_providers_orders" FOREIGN KEY ("provider_id") REFERENCES "hosting_providers" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION, CONSTRAINT "purchase_orders_projects_project" FOREIGN KEY ("project_id") REFERENCES "projects" ("id") ON UPDATE NO ACTION ON DELETE SET NULL);
-- create index "purchase_orders_number_key" to table: "purchase_orders"
CREATE UNIQUE INDEX "purchase_orders_number_key" ON "purchase_orders" ("number");
-- create index "purchaseorder_project_id" to table: "purchase_orders"
CREATE INDEX "purchaseorder_project_id" ON "purchase_orders" ("project_id");
-- create index "purchaseorder_provider_id" to table: "purchase_orders"
CREATE INDEX "purchaseorder_provider_id" ON "purchase_orders" ("provider_id");
-- create index "purchaseorder_status_id" to table: "purchase_orders"
CREATE INDEX "purchaseorder_status_id" ON "purchase_orders" ("status", "id");
-- create "import_sessions" table
CREATE TABLE "import_sessions" ("id" character varying NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "file_name" character varying NOT NULL, "sha256" character varying NOT NULL, "mapping" jsonb NULL, "added" bigint NOT NULL, "changed" bigint NOT NULL, "unchanged" bigint NOT NULL, "created_by" character varying NOT NULL, "provider_id" character varying NOT NULL, "order_id" character varying NULL, PRIMARY KEY ("id"), CONSTRAINT "import_sessions_hosting_providers_sessions" FOREIGN KEY ("provider_id") REFERENCES "hosting_providers" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION, CONSTRAINT "import_sessions_purchase_orders_sessions" FOREIGN KEY ("order_id") REFERENCES "purchase_orders" ("id") ON UPDATE NO ACTION ON DELETE SET NULL);
-- create index "importsession_order_id" to table: "import_sessions"
CREATE INDEX "importsession_order_id" ON "import_sessions" ("order_id");
-- create index "importsession_provider_id_id" to table: "import_sessions"
CREATE INDEX "importsession_provider_id_id" ON "import_sessions" ("provider_id", "id");
-- create "order_lines" table
CREATE TABLE "order_lines" ("id" character varying NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "position" bigint NOT NULL, "kind" character varying NOT NULL, "count" bigint NOT NULL, "title" character varying NOT NULL, "specification" jsonb NULL, "labels" jsonb NULL, "order_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "order_lines_purchase_orders_lines" FOREIGN KEY ("order_id") REFERENCES "purchase_orders" ("id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- create index "orderline_order_id_position" to table: "order_lines"
CREATE UNIQUE INDEX "orderline_order_id_position" ON "order_lines" ("order_id", "position");
-- create "servers" table
CREATE TABLE "servers" ("id" character varying NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "hostname" character varying NOT NULL, "external_id" character varying NULL, "lifecycle" character varying NOT NULL DEFAULT 'DELIVERED', "health" character varying NOT NULL DEFAULT 'UNKNOWN', "health_since" timestamptz NULL, "cores" bigint NOT NULL DEFAULT 0, "memory_mib" bigint NOT NULL DEFAULT 0, "disk_gib" bigint NOT NULL DEFAULT 0, "architecture" character varying NOT NULL DEFAULT '', "system" character varying NOT NULL DEFAULT '', "location" character varying NOT NULL DEFAULT '', "labels" jsonb NULL, "facts" jsonb NULL, "reason" character varying NOT NULL DEFAULT '', "last_report_at" timestamptz NULL, "lifecycle_since" timestamptz NOT NULL, "provider_id" character varying NOT NULL, "session_id" character varying NULL, "order_line_id" character varying NULL, "project_id" character varying NULL, PRIMARY KEY ("id"), CONSTRAINT "servers_hosting_providers_servers" FOREIGN KEY ("provider_id") REFERENCES "hosting_providers" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION, CONSTRAINT "servers_import_sessions_servers" FOREIGN KEY ("session_id") REFERENCES "import_sessions" ("id") ON UPDATE NO ACTION ON DELETE SET NULL, CONSTRAINT "servers_order_lines_servers" FOREIGN KEY ("order_line_id") REFERENCES "order_lines" ("id") ON UPDATE NO ACTION ON DELETE SET NULL, CONSTRAINT "servers_projects_project" FOREIGN KEY ("project_id") REFERENCES "projects" ("id") ON UPDATE NO ACTION ON DELETE SET NULL);
-- create index "server_health_id" to table: "servers"
CREATE INDEX "server_health_id" ON "servers" ("health", "id");
-- create index "server_lifecycle_id" to table: "servers"
CREATE INDEX "server_lifecycle_id" ON "servers" ("lifecycle", "id");
-- create index "server_lifecycle_provider_id_id" to table: "servers"
CREATE INDEX "server_lifecycle_provider_id_id" ON "servers" ("lifecycle", "provider_id", "id");
-- create index "server_order_line_id" to table: "servers"
CREATE INDEX "server_order_line_id" ON "servers" ("order_line_id");
-- create index "server_project_id_id" to table: "servers"
CREATE INDEX "server_project_id_id" ON "servers" ("project_id", "id");
-- create index "server_provider_id_external_id" to table: "servers"
CREATE UNIQUE INDEX "server_provider_id_external_id" ON "servers" ("provider_id", "external_id");
-- create index "server_session_id" to table: "servers"
CREATE INDEX "server_session_id" ON "servers" ("session_id");
-- create index "servers_hostname_key" to table: "servers"
CREATE UNIQUE INDEX "servers_hostname_key" ON "servers" ("hostname");
-- create "addresses" table
CREATE TABLE "addresses" ("id" character varying NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "ip" character varying NOT NULL, "value" bytea NOT NULL, "state" character varying NOT NULL DEFAULT 'FREE', "note" character varying NOT NULL DEFAULT '', "state_since" timestamptz NOT NULL, "project_id" character varying NULL, "network_id" character varying NOT NULL, "server_id" character varying NULL, PRIMARY KEY ("id"), CONSTRAINT "addresses_networks_addresses" FOREIGN KEY ("network_id") REFERENCES "networks" ("id") ON UPDATE NO ACTION ON DELETE CASCADE, CONSTRAINT "addresses_projects_project" FOREIGN KEY ("project_id") REFERENCES "projects" ("id") ON UPDATE NO ACTION ON DELETE SET NULL, CONSTRAINT "addresses_servers_addresses" FOREIGN KEY ("server_id") REFERENCES "servers" ("id") ON UPDATE NO ACTION ON DELETE SET NULL);
-- create index "address_ip" to table: "addresses"
CREATE INDEX "address_ip" ON "addresses" ("ip");
-- create index "address_network_id_state_value" to table: "addresses"
CREATE INDEX "address_network_id_state_value" ON "addresses" ("network_id", "state", "value");
-- create index "address_network_id_value" to table: "addresses"
CREATE UNIQUE INDEX "address_network_id_value" ON "addresses" ("network_id", "value");
-- create index "address_project_id" to table: "addresses"
CREATE INDEX "address_project_id" ON "addresses" ("project_id");
-- create index "address_server_id" to table: "addresses"
CREATE INDEX "address_server_id" ON "addresses" ("server_id");
-- create "checks" table
CREATE TABLE "checks" ("id" character varying NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "subject_id" character varying NOT NULL, "project_id" character varying NULL, "name" character varying NOT NULL, "status" character varying NOT NULL, "message" character varying NOT NULL DEFAULT '', "source" character varying NOT NULL, "reporter" character varying NOT NULL, "observed_at" timestamptz NOT NULL, "since" timestamptz NOT NULL, "fresh_until" timestamptz NULL, "server_id" character varying NULL, PRIMARY KEY ("id"), CONSTRAINT "checks_servers_checks" FOREIGN KEY ("server_id") REFERENCES "servers" ("id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- create index "check_fresh_until" to table: "checks"
CREATE INDEX "check_fresh_until" ON "checks" ("fresh_until");
-- create index "check_project_id" to table: "checks"
CREATE INDEX "check_project_id" ON "checks" ("project_id");
-- create index "check_server_id" to table: "checks"
CREATE INDEX "check_server_id" ON "checks" ("server_id");
-- create index "check_subject_id_name" to table: "checks"
CREATE UNIQUE INDEX "check_subject_id_name" ON "checks" ("subject_id", "name");
-- create "claims" table
CREATE TABLE "claims" ("id" character varying NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "kind" character varying NOT NULL, "state" character varying NOT NULL, "key" character varying NOT NULL, "input_digest" character varying NOT NULL, "selector" jsonb NOT NULL, "requested_by_id" character varying NOT NULL, "requested_by" character varying NOT NULL, "note" character varying NOT NULL DEFAULT '', "lifetime" bigint NULL, "held_at" timestamptz NULL, "expires_at" timestamptz NULL, "ended_at" timestamptz NULL, "address_id" character varying NULL, "project_id" character varying NOT NULL, "server_id" character varying NULL, PRIMARY KEY ("id"), CONSTRAINT "claims_addresses_claims" FOREIGN KEY ("address_id") REFERENCES "addresses" ("id") ON UPDATE NO ACTION ON DELETE SET NULL, CONSTRAINT "claims_projects_project" FOREIGN KEY ("project_id") REFERENCES "projects" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION, CONSTRAINT "claims_servers_claims" FOREIGN KEY ("server_id") REFERENCES "servers" ("id") ON UPDATE NO ACTION ON DELETE SET NULL);
-- create index "claim_address_id_id" to table: "claims"
CREATE INDEX "claim_address_id_id" ON "claims" ("address_id", "id");
-- create index "claim_held_address" to table: "claims"
CREATE UNIQUE INDEX "claim_held_address" ON "claims" ("address_id") WHERE ((state)::text = 'HELD'::text);
-- create index "claim_held_server" to table: "claims"
CREATE UNIQUE INDEX "claim_held_server" ON "claims" ("server_id") WHERE (((state)::text = 'HELD'::text) AND ((kind)::text = 'SERVER'::text));
-- create index "claim_project_id_key" to table: "claims"
CREATE UNIQUE INDEX "claim_project_id_key" ON "claims" ("project_id", "key");
-- create index "claim_server_id_id" to table: "claims"
CREATE INDEX "claim_server_id_id" ON "claims" ("server_id", "id");
-- create index "claim_state_expires_at" to table: "claims"
CREATE INDEX "claim_state_expires_at" ON "claims" ("state", "expires_at");
-- create index "claim_state_id" to table: "claims"
CREATE INDEX "claim_state_id" ON "claims" ("state", "id");
-- create "secure_accesses" table
CREATE TABLE "secure_accesses" ("id" character varying NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "kind" character varying NOT NULL, "holder" character varying NOT NULL, "endpoint" character varying NOT NULL DEFAULT '', "public_key" character varying NOT NULL DEFAULT '', "fingerprint" character varying NOT NULL DEFAULT '', "expires_at" timestamptz NULL, "revoked_at" timestamptz NULL, "project_id" character varying NULL, "server_id" character varying NULL, PRIMARY KEY ("id"), CONSTRAINT "secure_accesses_projects_project" FOREIGN KEY ("project_id") REFERENCES "projects" ("id") ON UPDATE NO ACTION ON DELETE SET NULL, CONSTRAINT "secure_accesses_servers_accesses" FOREIGN KEY ("server_id") REFERENCES "servers" ("id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- create index "secureaccess_project_id" to table: "secure_accesses"
CREATE INDEX "secureaccess_project_id" ON "secure_accesses" ("project_id");
-- create index "secureaccess_server_id" to table: "secure_accesses"
CREATE INDEX "secureaccess_server_id" ON "secure_accesses" ("server_id");
-- create "server_labels" table
CREATE TABLE "server_labels" ("id" character varying NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "name" character varying NOT NULL, "value" character varying NOT NULL, "server_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "server_labels_servers_label_rows" FOREIGN KEY ("server_id") REFERENCES "servers" ("id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- create index "serverlabel_name_value_server_id" to table: "server_labels"
CREATE INDEX "serverlabel_name_value_server_id" ON "server_labels" ("name", "value", "server_id");
-- create index "serverlabel_server_id_name" to table: "server_labels"
CREATE UNIQUE INDEX "serverlabel_server_id_name" ON "server_labels" ("server_id", "name");
-- create "state_reports" table
CREATE TABLE "state_reports" ("id" character varying NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "project_id" character varying NULL, "status" character varying NOT NULL, "message" character varying NOT NULL DEFAULT '', "source" character varying NOT NULL, "reporter" character varying NOT NULL, "observed_at" timestamptz NOT NULL, "check_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "state_reports_checks_reports" FOREIGN KEY ("check_id") REFERENCES "checks" ("id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- create index "statereport_check_id_id" to table: "state_reports"
CREATE INDEX "statereport_check_id_id" ON "state_reports" ("check_id", "id");
-- create index "statereport_created_at" to table: "state_reports"
CREATE INDEX "statereport_created_at" ON "state_reports" ("created_at");

-- +goose Down
-- reverse: create index "statereport_created_at" to table: "state_reports"
DROP INDEX "statereport_created_at";
-- reverse: create index "statereport_check_id_id" to table: "state_reports"
DROP INDEX "statereport_check_id_id";
-- reverse: create "state_reports" table
DROP TABLE "state_reports";
-- reverse: create index "serverlabel_server_id_name" to table: "server_labels"
DROP INDEX "serverlabel_server_id_name";
-- reverse: create index "serverlabel_name_value_server_id" to table: "server_labels"
DROP INDEX "serverlabel_name_value_server_id";
-- reverse: create "server_labels" table
DROP TABLE "server_labels";
-- reverse: create index "secureaccess_server_id" to table: "secure_accesses"
DROP INDEX "secureaccess_server_id";
-- reverse: create index "secureaccess_project_id" to table: "secure_accesses"
DROP INDEX "secureaccess_project_id";
-- reverse: create "secure_accesses" table
DROP TABLE "secure_accesses";
-- reverse: create index "claim_state_id" to table: "claims"
DROP INDEX "claim_state_id";
-- reverse: create index "claim_state_expires_at" to table: "claims"
DROP INDEX "claim_state_expires_at";
-- reverse: create index "claim_server_id_id" to table: "claims"
DROP INDEX "claim_server_id_id";
-- reverse: create index "claim_project_id_key" to table: "claims"
DROP INDEX "claim_project_id_key";
-- reverse: create index "claim_held_server" to table: "claims"
DROP INDEX "claim_held_server";
-- reverse: create index "claim_held_address" to table: "claims"
DROP INDEX "claim_held_address";
-- reverse: create index "claim_address_id_id" to table: "claims"
DROP INDEX "claim_address_id_id";
-- reverse: create "claims" table
DROP TABLE "claims";
-- reverse: create index "check_subject_id_name" to table: "checks"
DROP INDEX "check_subject_id_name";
-- reverse: create index "check_server_id" to table: "checks"
DROP INDEX "check_server_id";
-- reverse: create index "check_project_id" to table: "checks"
DROP INDEX "check_project_id";
-- reverse: create index "check_fresh_until" to table: "checks"
DROP INDEX "check_fresh_until";
-- reverse: create "checks" table
DROP TABLE "checks";
-- reverse: create index "address_server_id" to table: "addresses"
DROP INDEX "address_server_id";
-- reverse: create index "address_project_id" to table: "addresses"
DROP INDEX "address_project_id";
-- reverse: create index "address_network_id_value" to table: "addresses"
DROP INDEX "address_network_id_value";
-- reverse: create index "address_network_id_state_value" to table: "addresses"
DROP INDEX "address_network_id_state_value";
-- reverse: create index "address_ip" to table: "addresses"
DROP INDEX "address_ip";
-- reverse: create "addresses" table
DROP TABLE "addresses";
-- reverse: create index "servers_hostname_key" to table: "servers"
DROP INDEX "servers_hostname_key";
-- reverse: create index "server_session_id" to table: "servers"
DROP INDEX "server_session_id";
-- reverse: create index "server_provider_id_external_id" to table: "servers"
DROP INDEX "server_provider_id_external_id";
-- reverse: create index "server_project_id_id" to table: "servers"
DROP INDEX "server_project_id_id";
-- reverse: create index "server_order_line_id" to table: "servers"
DROP INDEX "server_order_line_id";
-- reverse: create index "server_lifecycle_provider_id_id" to table: "servers"
DROP INDEX "server_lifecycle_provider_id_id";
-- reverse: create index "server_lifecycle_id" to table: "servers"
DROP INDEX "server_lifecycle_id";
-- reverse: create index "server_health_id" to table: "servers"
DROP INDEX "server_health_id";
-- reverse: create "servers" table
DROP TABLE "servers";
-- reverse: create index "orderline_order_id_position" to table: "order_lines"
DROP INDEX "orderline_order_id_position";
-- reverse: create "order_lines" table
DROP TABLE "order_lines";
-- reverse: create index "importsession_provider_id_id" to table: "import_sessions"
DROP INDEX "importsession_provider_id_id";
-- reverse: create index "importsession_order_id" to table: "import_sessions"
DROP INDEX "importsession_order_id";
-- reverse: create "import_sessions" table
DROP TABLE "import_sessions";
-- reverse: create index "purchaseorder_status_id" to table: "purchase_orders"
DROP INDEX "purchaseorder_status_id";
-- reverse: create index "purchaseorder_provider_id" to table: "purchase_orders"
DROP INDEX "purchaseorder_provider_id";
-- reverse: create index "purchaseorder_project_id" to table: "purchase_orders"
DROP INDEX "purchaseorder_project_id";
-- reverse: create index "purchase_orders_number_key" to table: "purchase_orders"
DROP INDEX "purchase_orders_number_key";
-- reverse: create "purchase_orders" table
DROP TABLE "purchase_orders";
-- reverse: create index "network_scope_first" to table: "networks"
DROP INDEX "network_scope_first";
-- reverse: create index "network_scope_cidr" to table: "networks"
DROP INDEX "network_scope_cidr";
-- reverse: create index "network_provider_id" to table: "networks"
DROP INDEX "network_provider_id";
-- reverse: create index "network_project_id" to table: "networks"
DROP INDEX "network_project_id";
-- reverse: create "networks" table
DROP TABLE "networks";
-- reverse: create index "hosting_providers_code_key" to table: "hosting_providers"
DROP INDEX "hosting_providers_code_key";
-- reverse: create "hosting_providers" table
DROP TABLE "hosting_providers";
