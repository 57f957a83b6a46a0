CREATE TABLE "home_view" (
	"platform" text NOT NULL,
	"person" text NOT NULL,
	"account" text NOT NULL,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"next_publish_at" timestamp (3) with time zone,
	"taken_until" timestamp (3) with time zone,
	"tries" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "home_view_platform_person_pk" PRIMARY KEY("platform","person")
);
--> statement-breakpoint
ALTER TABLE "request" ADD COLUMN "is_new_to_homes" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "home_to_publish" ON "home_view" USING btree ("next_publish_at") WHERE next_publish_at is not null;--> statement-breakpoint
CREATE INDEX "home_opened" ON "home_view" USING btree ("opened_at");--> statement-breakpoint
CREATE INDEX "request_new_to_homes" ON "request" USING btree ("id") WHERE is_new_to_homes;