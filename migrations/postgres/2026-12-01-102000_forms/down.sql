DROP TABLE used_forms;
