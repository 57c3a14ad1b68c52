DROP TABLE sync_positions;
