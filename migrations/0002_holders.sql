ALTER TABLE "access_grant" ADD COLUMN "holders_before" jsonb;--> statement-breakpoint
ALTER TABLE "access_grant" ADD COLUMN "holders_try_at" timestamp (3) with time zone;