CREATE TABLE `relations` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace_id` text NOT NULL,
	`from_dataset_id` text NOT NULL,
	`field_id` integer NOT NULL,
	`to_dataset_id` text NOT NULL,
	`name` text NOT NULL,
	`reverse_name` text NOT NULL,
	`number_in_child` integer NOT NULL,
	`number_in_parent` integer NOT NULL,
	`lookup_wanted` integer DEFAULT false NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`workspace_id`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`from_dataset_id`) REFERENCES `datasets`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`to_dataset_id`) REFERENCES `datasets`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `relations_by_name` ON `relations` (`from_dataset_id`,`name`);--> statement-breakpoint
CREATE UNIQUE INDEX `relations_by_reverse_name` ON `relations` (`to_dataset_id`,`reverse_name`);--> statement-breakpoint
CREATE INDEX `relations_by_workspace` ON `relations` (`workspace_id`);--> statement-breakpoint
ALTER TABLE `datasets` ADD `next_relation` integer DEFAULT 0 NOT NULL;