ALTER TABLE "request" ADD COLUMN "extends_grant" text;--> statement-breakpoint
ALTER TABLE "request" ADD COLUMN "extends_until" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "request" ADD CONSTRAINT "request_extends_grant_request_id_fk" FOREIGN KEY ("extends_grant") REFERENCES "public"."request"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "request_by_grant" ON "request" USING btree ("extends_grant") WHERE extends_grant is not null;--> statement-breakpoint
ALTER TABLE "request" ADD CONSTRAINT "request_extension" CHECK ((extends_grant is null) = (extends_until is null));