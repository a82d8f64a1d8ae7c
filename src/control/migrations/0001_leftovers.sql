CREATE TABLE `leftovers` (
	`dataset_id` text PRIMARY KEY NOT NULL,
	`workspace_id` text NOT NULL,
	`shard_count` integer NOT NULL,
	`syncs` text NOT NULL,
	`at` integer NOT NULL
);
