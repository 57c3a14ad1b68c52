DROP TABLE webhook_progress;
DROP TABLE webhook_attempts;
DROP TABLE webhook_deliveries;
DROP TABLE webhook_posts;
DROP TABLE webhook_categories;
DROP TABLE webhooks;
