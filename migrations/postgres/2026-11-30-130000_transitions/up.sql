-- The table gets the name that the documents and the code use.
ALTER TABLE moments RENAME TO transitions;
ALTER TABLE transitions RENAME CONSTRAINT moments_pkey TO transitions_pkey;
ALTER TABLE transitions RENAME CONSTRAINT moments_edge_check TO transitions_edge_check;
ALTER TABLE transitions RENAME CONSTRAINT moments_publication_id_edge_key TO transitions_publication_id_edge_key;
ALTER TABLE transitions RENAME CONSTRAINT moments_publication_id_fkey TO transitions_publication_id_fkey;
ALTER SEQUENCE moments_id_seq RENAME TO transitions_id_seq;
ALTER INDEX moments_by_time RENAME TO transitions_by_time;
ALTER INDEX moments_to_retry RENAME TO transitions_to_retry;
