-- The instance that carries out the request. A claim ends when its instance is no longer connected.
ALTER TABLE idempotency_keys ADD COLUMN instance uuid;
