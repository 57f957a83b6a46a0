CREATE TABLE "notice" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"platform" text NOT NULL,
	"reader" text NOT NULL,
	"detail" jsonb NOT NULL,
	"next_try_at" timestamp (3) with time zone,
	"tries" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"sent_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE INDEX "notice_to_send" ON "notice" USING btree ("next_try_at") WHERE next_try_at is not null;