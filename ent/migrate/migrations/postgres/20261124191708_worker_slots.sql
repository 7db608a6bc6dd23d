-- +goose Up
-- modify "workers" table
ALTER TABLE "workers" ADD COLUMN "slots" bigint NOT NULL DEFAULT 0;

-- +goose Down
-- reverse: modify "workers" table
ALTER TABLE "workers" DROP COLUMN "slots";
