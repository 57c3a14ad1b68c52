DROP TABLE idempotency_keys;
DROP TABLE preview_links;
DROP TABLE leases;
DROP TABLE moments;
DROP TABLE workflow_steps;
DROP INDEX posts_by_creation;
DROP INDEX translations_by_stage;
