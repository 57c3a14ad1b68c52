-- The entries by which something stopped being public: feeds and the sitemap say when they last changed.
CREATE INDEX changes_removals ON changes (kind, seq) WHERE operation IN ('unpublish', 'delete', 'merge');
