-- +goose Up
-- create "addresses" table
CREATE TABLE `addresses` (`id` text NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `ip` text NOT NULL, `value` blob NOT NULL, `state` text NOT NULL DEFAULT ('FREE'), `note` text NOT NULL DEFAULT (''), `state_since` datetime NOT NULL, `project_id` text NULL, `network_id` text NOT NULL, `server_id` text NULL, PRIMARY KEY (`id`), CONSTRAINT `addresses_projects_project` FOREIGN KEY (`project_id`) REFERENCES `projects` (`id`) ON DELETE SET NULL, CONSTRAINT `addresses_networks_addresses` FOREIGN KEY (`network_id`) REFERENCES `networks` (`id`) ON DELETE CASCADE, CONSTRAINT `addresses_servers_addresses` FOREIGN KEY (`server_id`) REFERENCES `servers` (`id`) ON DELETE SET NULL);
-- create index "address_network_id_value" to table: "addresses"
CREATE UNIQUE INDEX `address_network_id_value` ON `addresses` (`network_id`, `value`);
-- create index "address_network_id_state_value" to table: "addresses"
CREATE INDEX `address_network_id_state_value` ON `addresses` (`network_id`, `state`, `value`);
-- create index "address_ip" to table: "addresses"
CREATE INDEX `address_ip` ON `addresses` (`ip`);
-- create index "address_server_id" to table: "addresses"
CREATE INDEX `address_server_id` ON `addresses` (`server_id`);
-- create index "address_project_id" to table: "addresses"
CREATE INDEX `address_project_id` ON `addresses` (`project_id`);
-- create "checks" table
CREATE TABLE `checks` (`id` text NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `subject_id` text NOT NULL, `project_id` text NULL, `name` text NOT NULL, `status` text NOT NULL, `message` text NOT NULL DEFAULT (''), `source` text NOT NULL, `reporter` text NOT NULL, `observed_at` datetime NOT NULL, `since` datetime NOT NULL, `fresh_until` datetime NULL, `server_id` text NULL, PRIMARY KEY (`id`), CONSTRAINT `checks_servers_checks` FOREIGN KEY (`server_id`) REFERENCES `servers` (`id`) ON DELETE CASCADE);
-- create index "check_subject_id_name" to table: "checks"
CREATE UNIQUE INDEX `check_subject_id_name` ON `checks` (`subject_id`, `name`);
-- create index "check_server_id" to table: "checks"
CREATE INDEX `check_server_id` ON `checks` (`server_id`);
-- create index "check_project_id" to table: "checks"
CREATE INDEX `check_project_id` ON `checks` (`project_id`);
-- create index "check_fresh_until" to table: "checks"
CREATE INDEX `check_fresh_until` ON `checks` (`fresh_until`);
-- create "claims" table
CREATE TABLE `claims` (`id` text NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `kind` text NOT NULL, `state` text NOT NULL, `key` text NOT NULL, `input_digest` text NOT NULL, `selector` json NOT NULL, `requested_by_id` text NOT NULL, `requested_by` text NOT NULL, `note` text NOT NULL DEFAULT (''), `lifetime` integer NULL, `held_at` datetime NULL, `expires_at` datetime NULL, `ended_at` datetime NULL, `address_id` text NULL, `project_id` text NOT NULL, `server_id` text NULL, PRIMARY KEY (`id`), CONSTRAINT `claims_addresses_claims` FOREIGN KEY (`address_id`) REFERENCES `addresses` (`id`) ON DELETE SET NULL, CONSTRAINT `claims_projects_project` FOREIGN KEY (`project_id`) REFERENCES `projects` (`id`) ON DELETE NO ACTION, CONSTRAINT `claims_servers_claims` FOREIGN KEY (`server_id`) REFERENCES `servers` (`id`) ON DELETE SET NULL);
-- create index "claim_project_id_key" to table: "claims"
CREATE UNIQUE INDEX `claim_project_id_key` ON `claims` (`project_id`, `key`);
-- create index "claim_held_server" to table: "claims"
CREATE UNIQUE INDEX `claim_held_server` ON `claims` (`server_id`) WHERE state = 'HELD' AND kind = 'SERVER';
-- create index "claim_held_address" to table: "claims"
CREATE UNIQUE INDEX `claim_held_address` ON `claims` (`address_id`) WHERE state = 'HELD';
-- create index "claim_server_id_id" to table: "claims"
CREATE INDEX `claim_server_id_id` ON `claims` (`server_id`, `id`);
-- create index "claim_address_id_id" to table: "claims"
CREATE INDEX `claim_address_id_id` ON `claims` (`address_id`, `id`);
-- create index "claim_state_id" to table: "claims"
CREATE INDEX `claim_state_id` ON `claims` (`state`, `id`);
-- create index "claim_state_expires_at" to table: "claims"
CREATE INDEX `claim_state_expires_at` ON `claims` (`state`, `expires_at`);
-- create "hosting_providers" table
CREATE TABLE `hosting_providers` (`id` text NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `code` text NOT NULL, `name` text NOT NULL, `url` text NOT NULL DEFAULT (''), `contact` text NOT NULL DEFAULT (''), `notes` text NOT NULL DEFAULT (''), `import_mapping` json NULL, `retired_at` datetime NULL, PRIMARY KEY (`id`));
-- create index "hosting_providers_code_key" to table: "hosting_providers"
CREATE UNIQUE INDEX `hosting_providers_code_key` ON `hosting_providers` (`code`);
-- create "import_sessions" table
CREATE TABLE `import_sessions` (`id` text NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `file_name` text NOT NULL, `sha256` text NOT NULL, `mapping` json NULL, `added` integer NOT NULL, `changed` integer NOT NULL, `unchanged` integer NOT NULL, `created_by` text NOT NULL, `provider_id` text NOT NULL, `order_id` text NULL, PRIMARY KEY (`id`), CONSTRAINT `import_sessions_hosting_providers_sessions` FOREIGN KEY (`provider_id`) REFERENCES `hosting_providers` (`id`) ON DELETE NO ACTION, CONSTRAINT `import_sessions_purchase_orders_sessions` FOREIGN KEY (`order_id`) REFERENCES `purchase_orders` (`id`) ON DELETE SET NULL);
-- create index "importsession_provider_id_id" to table: "import_sessions"
CREATE INDEX `importsession_provider_id_id` ON `import_sessions` (`provider_id`, `id`);
-- create index "importsession_order_id" to table: "import_sessions"
CREATE INDEX `importsession_order_id` ON `import_sessions` (`order_id`);
-- create "networks" table
CREATE TABLE `networks` (`id` text NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `name` text NOT NULL, `scope` text NOT NULL DEFAULT (''), `cidr` text NOT NULL, `family` text NOT NULL, `first` blob NOT NULL, `last` blob NOT NULL, `gateway` text NOT NULL DEFAULT (''), `vlan` integer NULL, `claimable` bool NOT NULL DEFAULT (true), `frontier` blob NULL, `notes` text NOT NULL DEFAULT (''), `provider_id` text NULL, `project_id` text NULL, PRIMARY KEY (`id`), CONSTRAINT `networks_hosting_providers_networks` FOREIGN KEY (`provider_id`) REFERENCES `hosting_providers` (`id`) ON DELETE SET NULL, CONSTRAINT `networks_projects_project` FOREIGN KEY (`project_id`) REFERENCES `projects` (`id`) ON DELETE SET NULL);
-- create index "network_scope_cidr" to table: "networks"
CREATE UNIQUE INDEX `network_scope_cidr` ON `networks` (`scope`, `cidr`);
-- create index "network_scope_first" to table: "networks"
CREATE INDEX `network_scope_first` ON `networks` (`scope`, `first`);
-- create index "network_provider_id" to table: "networks"
CREATE INDEX `network_provider_id` ON `networks` (`provider_id`);
-- create index "network_project_id" to table: "networks"
CREATE INDEX `network_project_id` ON `networks` (`project_id`);
-- create "order_lines" table
CREATE TABLE `order_lines` (`id` text NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `position` integer NOT NULL, `kind` text NOT NULL, `count` integer NOT NULL, `title` text NOT NULL, `specification` json NULL, `labels` json NULL, `order_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `order_lines_purchase_orders_lines` FOREIGN KEY (`order_id`) REFERENCES `purchase_orders` (`id`) ON DELETE CASCADE);
-- create index "orderline_order_id_position" to table: "order_lines"
CREATE UNIQUE INDEX `orderline_order_id_position` ON `order_lines` (`order_id`, `position`);
-- create "purchase_orders" table
CREATE TABLE `purchase_orders` (`id` text NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `number` text NOT NULL, `title` text NOT NULL, `status` text NOT NULL DEFAULT ('WISHED'), `wished_by` text NOT NULL, `due_at` datetime NULL, `ordered_at` datetime NULL, `closed_at` datetime NULL, `notes` text NOT NULL DEFAULT (''), `provider_id` text NOT NULL, `project_id` text NULL, PRIMARY KEY (`id`), CONSTRAINT `purchase_orders_hosting_providers_orders` FOREIGN KEY (`provider_id`) REFERENCES `hosting_providers` (`id`) ON DELETE NO ACTION, CONSTRAINT `purchase_orders_projects_project` FOREIGN KEY (`project_id`) REFERENCES `projects` (`id`) ON DELETE SET NULL);
-- create index "purchase_orders_number_key" to table: "purchase_orders"
CREATE UNIQUE INDEX `purchase_orders_number_key` ON `purchase_orders` (`number`);
-- create index "purchaseorder_provider_id" to table: "purchase_orders"
CREATE INDEX `purchaseorder_provider_id` ON `purchase_orders` (`provider_id`);
-- create index "purchaseorder_project_id" to table: "purchase_orders"
CREATE INDEX `purchaseorder_project_id` ON `purchase_orders` (`project_id`);
-- create index "purchaseorder_status_id" to table: "purchase_orders"
CREATE INDEX `purchaseorder_status_id` ON `purchase_orders` (`status`, `id`);
-- create "secure_accesses" table
CREATE TABLE `secure_accesses` (`id` text NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `kind` text NOT NULL, `holder` text NOT NULL, `endpoint` text NOT NULL DEFAULT (''), `public_key` text NOT NULL DEFAULT (''), `fingerprint` text NOT NULL DEFAULT (''), `expires_at` datetime NULL, `revoked_at` datetime NULL, `project_id` text NULL, `server_id` text NULL, PRIMARY KEY (`id`), CONSTRAINT `secure_accesses_projects_project` FOREIGN KEY (`project_id`) REFERENCES `projects` (`id`) ON DELETE SET NULL, CONSTRAINT `secure_accesses_servers_accesses` FOREIGN KEY (`server_id`) REFERENCES `servers` (`id`) ON DELETE CASCADE);
-- create index "secureaccess_server_id" to table: "secure_accesses"
CREATE INDEX `secureaccess_server_id` ON `secure_accesses` (`server_id`);
-- create index "secureaccess_project_id" to table: "secure_accesses"
CREATE INDEX `secureaccess_project_id` ON `secure_accesses` (`project_id`);
-- create "servers" table
CREATE TABLE `servers` (`id` text NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `hostname` text NOT NULL, `external_id` text NULL, `lifecycle` text NOT NULL DEFAULT ('DELIVERED'), `health` text NOT NULL DEFAULT ('UNKNOWN'), `health_since` datetime NULL, `cores` integer NOT NULL DEFAULT (0), `memory_mib` integer NOT NULL DEFAULT (0), `disk_gib` integer NOT NULL DEFAULT (0), `architecture` text NOT NULL DEFAULT (''), `system` text NOT NULL DEFAULT (''), `location` text NOT NULL DEFAULT (''), `labels` json NULL, `facts` json NULL, `reason` text NOT NULL DEFAULT (''), `last_report_at` datetime NULL, `lifecycle_since` datetime NOT NULL, `provider_id` text NOT NULL, `session_id` text NULL, `order_line_id` text NULL, `project_id` text NULL, PRIMARY KEY (`id`), CONSTRAINT `servers_hosting_providers_servers` FOREIGN KEY (`provider_id`) REFERENCES `hosting_providers` (`id`) ON DELETE NO ACTION, CONSTRAINT `servers_import_sessions_servers` FOREIGN KEY (`session_id`) REFERENCES `import_sessions` (`id`) ON DELETE SET NULL, CONSTRAINT `servers_order_lines_servers` FOREIGN KEY (`order_line_id`) REFERENCES `order_lines` (`id`) ON DELETE SET NULL, CONSTRAINT `servers_projects_project` FOREIGN KEY (`project_id`) REFERENCES `projects` (`id`) ON DELETE SET NULL);
-- create index "servers_hostname_key" to table: "servers"
CREATE UNIQUE INDEX `servers_hostname_key` ON `servers` (`hostname`);
-- create index "server_provider_id_external_id" to table: "servers"
CREATE UNIQUE INDEX `server_provider_id_external_id` ON `servers` (`provider_id`, `external_id`);
-- create index "server_session_id" to table: "servers"
CREATE INDEX `server_session_id` ON `servers` (`session_id`);
-- create index "server_order_line_id" to table: "servers"
CREATE INDEX `server_order_line_id` ON `servers` (`order_line_id`);
-- create index "server_project_id_id" to table: "servers"
CREATE INDEX `server_project_id_id` ON `servers` (`project_id`, `id`);
-- create index "server_lifecycle_id" to table: "servers"
CREATE INDEX `server_lifecycle_id` ON `servers` (`lifecycle`, `id`);
-- create index "server_lifecycle_provider_id_id" to table: "servers"
CREATE INDEX `server_lifecycle_provider_id_id` ON `servers` (`lifecycle`, `provider_id`, `id`);
-- create index "server_health_id" to table: "servers"
CREATE INDEX `server_health_id` ON `servers` (`health`, `id`);
-- create "server_labels" table
CREATE TABLE `server_labels` (`id` text NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `name` text NOT NULL, `value` text NOT NULL, `server_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `server_labels_servers_label_rows` FOREIGN KEY (`server_id`) REFERENCES `servers` (`id`) ON DELETE CASCADE);
-- create index "serverlabel_server_id_name" to table: "server_labels"
CREATE UNIQUE INDEX `serverlabel_server_id_name` ON `server_labels` (`server_id`, `name`);
-- create index "serverlabel_name_value_server_id" to table: "server_labels"
CREATE INDEX `serverlabel_name_value_server_id` ON `server_labels` (`name`, `value`, `server_id`);
-- create "state_reports" table
CREATE TABLE `state_reports` (`id` text NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `project_id` text NULL, `status` text NOT NULL, `message` text NOT NULL DEFAULT (''), `source` text NOT NULL, `reporter` text NOT NULL, `observed_at` datetime NOT NULL, `check_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `state_reports_checks_reports` FOREIGN KEY (`check_id`) REFERENCES `checks` (`id`) ON DELETE CASCADE);
-- create index "statereport_check_id_id" to table: "state_reports"
CREATE INDEX `statereport_check_id_id` ON `state_reports` (`check_id`, `id`);
-- create index "statereport_created_at" to table: "state_reports"
CREATE INDEX `statereport_created_at` ON `state_reports` (`created_at`);

-- +goose Down
-- reverse: create index "statereport_created_at" to table: "state_reports"
DROP INDEX `statereport_created_at`;
-- reverse: create index "statereport_check_id_id" to table: "state_reports"
DROP INDEX `statereport_check_id_id`;
-- reverse: create "state_reports" table
DROP TABLE `state_reports`;
-- reverse: create index "serverlabel_name_value_server_id" to table: "server_labels"
DROP INDEX `serverlabel_name_value_server_id`;
-- reverse: create index "serverlabel_server_id_name" to table: "server_labels"
DROP INDEX `serverlabel_server_id_name`;
-- reverse: create "server_labels" table
DROP TABLE `server_labels`;
-- reverse: create index "server_health_id" to table: "servers"
DROP INDEX `server_health_id`;
-- reverse: create index "server_lifecycle_provider_id_id" to table: "servers"
DROP INDEX `server_lifecycle_provider_id_id`;
-- reverse: create index "server_lifecycle_id" to table: "servers"
DROP INDEX `server_lifecycle_id`;
-- reverse: create index "server_project_id_id" to table: "servers"
DROP INDEX `server_project_id_id`;
-- reverse: create index "server_order_line_id" to table: "servers"
DROP INDEX `server_order_line_id`;
-- reverse: create index "server_session_id" to table: "servers"
DROP INDEX `server_session_id`;
-- reverse: create index "server_provider_id_external_id" to table: "servers"
DROP INDEX `server_provider_id_external_id`;
-- reverse: create index "servers_hostname_key" to table: "servers"
DROP INDEX `servers_hostname_key`;
-- reverse: create "servers" table
DROP TABLE `servers`;
-- reverse: create index "secureaccess_project_id" to table: "secure_accesses"
DROP INDEX `secureaccess_project_id`;
-- reverse: create index "secureaccess_server_id" to table: "secure_accesses"
DROP INDEX `secureaccess_server_id`;
-- reverse: create "secure_accesses" table
DROP TABLE `secure_accesses`;
-- reverse: create index "purchaseorder_status_id" to table: "purchase_orders"
DROP INDEX `purchaseorder_status_id`;
-- reverse: create index "purchaseorder_project_id" to table: "purchase_orders"
DROP INDEX `purchaseorder_project_id`;
-- reverse: create index "purchaseorder_provider_id" to table: "purchase_orders"
DROP INDEX `purchaseorder_provider_id`;
-- reverse: create index "purchase_orders_number_key" to table: "purchase_orders"
DROP INDEX `purchase_orders_number_key`;
-- reverse: create "purchase_orders" table
DROP TABLE `purchase_orders`;
-- reverse: create index "orderline_order_id_position" to table: "order_lines"
DROP INDEX `orderline_order_id_position`;
-- reverse: create "order_lines" table
DROP TABLE `order_lines`;
-- reverse: create index "network_project_id" to table: "networks"
DROP INDEX `network_project_id`;
-- reverse: create index "network_provider_id" to table: "networks"
DROP INDEX `network_provider_id`;
-- reverse: create index "network_scope_first" to table: "networks"
DROP INDEX `network_scope_first`;
-- reverse: create index "network_scope_cidr" to table: "networks"
DROP INDEX `network_scope_cidr`;
-- reverse: create "networks" table
DROP TABLE `networks`;
-- reverse: create index "importsession_order_id" to table: "import_sessions"
DROP INDEX `importsession_order_id`;
-- reverse: create index "importsession_provider_id_id" to table: "import_sessions"
DROP INDEX `importsession_provider_id_id`;
-- reverse: create "import_sessions" table
DROP TABLE `import_sessions`;
-- reverse: create index "hosting_providers_code_key" to table: "hosting_providers"
DROP INDEX `hosting_providers_code_key`;
-- reverse: create "hosting_providers" table
DROP TABLE `hosting_providers`;
-- reverse: create index "claim_state_expires_at" to table: "claims"
DROP INDEX `claim_state_expires_at`;
-- reverse: create index "claim_state_id" to table: "claims"
DROP INDEX `claim_state_id`;
-- reverse: create index "claim_address_id_id" to table: "claims"
DROP INDEX `claim_address_id_id`;
-- reverse: create index "claim_server_id_id" to table: "claims"
DROP INDEX `claim_server_id_id`;
-- reverse: create index "claim_held_address" to table: "claims"
DROP INDEX `claim_held_address`;
-- reverse: create index "claim_held_server" to table: "claims"
DROP INDEX `claim_held_server`;
-- reverse: create index "claim_project_id_key" to table: "claims"
DROP INDEX `claim_project_id_key`;
-- reverse: create "claims" table
DROP TABLE `claims`;
-- reverse: create index "check_fresh_until" to table: "checks"
DROP INDEX `check_fresh_until`;
-- reverse: create index "check_project_id" to table: "checks"
DROP INDEX `check_project_id`;
-- reverse: create index "check_server_id" to table: "checks"
DROP INDEX `check_server_id`;
-- reverse: create index "check_subject_id_name" to table: "checks"
DROP INDEX `check_subject_id_name`;
-- reverse: create "checks" table
DROP TABLE `checks`;
-- reverse: create index "address_project_id" to table: "addresses"
DROP INDEX `address_project_id`;
-- reverse: create index "address_server_id" to table: "addresses"
DROP INDEX `address_server_id`;
-- reverse: create index "address_ip" to table: "addresses"
DROP INDEX `address_ip`;
-- reverse: create index "address_network_id_state_value" to table: "addresses"
DROP INDEX `address_network_id_state_value`;
-- reverse: create index "address_network_id_value" to table: "addresses"
DROP INDEX `address_network_id_value`;
-- reverse: create "addresses" table
DROP TABLE `addresses`;
