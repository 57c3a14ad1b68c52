DROP INDEX changes_removals;
