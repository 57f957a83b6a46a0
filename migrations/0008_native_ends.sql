ALTER TABLE "access_grant" ADD COLUMN "linger_seconds" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "holding" ADD COLUMN "given_until" timestamp (3) with time zone;