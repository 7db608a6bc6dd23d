-- +goose Up
-- modify "templates" table
ALTER TABLE "templates" ADD COLUMN "about" jsonb NOT NULL DEFAULT '{}';

-- +goose Down
-- reverse: modify "templates" table
ALTER TABLE "templates" DROP COLUMN "about";
