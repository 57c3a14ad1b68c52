ALTER TABLE transitions RENAME TO moments;
ALTER TABLE moments RENAME CONSTRAINT transitions_pkey TO moments_pkey;
ALTER TABLE moments RENAME CONSTRAINT transitions_edge_check TO moments_edge_check;
ALTER TABLE moments RENAME CONSTRAINT transitions_publication_id_edge_key TO moments_publication_id_edge_key;
ALTER TABLE moments RENAME CONSTRAINT transitions_publication_id_fkey TO moments_publication_id_fkey;
ALTER SEQUENCE transitions_id_seq RENAME TO moments_id_seq;
ALTER INDEX transitions_by_time RENAME TO moments_by_time;
ALTER INDEX transitions_to_retry RENAME TO moments_to_retry;
