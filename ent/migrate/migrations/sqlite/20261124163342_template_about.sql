-- +goose Up
-- add column "about" to table: "templates"
ALTER TABLE `templates` ADD COLUMN `about` json NOT NULL DEFAULT ('{}');

-- +goose Down
-- reverse: add column "about" to table: "templates"
ALTER TABLE `templates` DROP COLUMN `about`;
