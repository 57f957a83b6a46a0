CREATE TABLE "heard_place" (
	"platform" text NOT NULL,
	"tenant" text NOT NULL,
	"place" text NOT NULL,
	"kind" text NOT NULL,
	"service_url" text NOT NULL,
	"conversation" text,
	"member" text,
	"seen_in" text,
	"is_shared_outside" boolean,
	"heard_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "heard_place_platform_tenant_place_pk" PRIMARY KEY("platform","tenant","place")
);
--> statement-breakpoint
CREATE INDEX "heard_place_conversation" ON "heard_place" USING btree ("platform","tenant","conversation");--> statement-breakpoint
CREATE INDEX "heard_place_latest" ON "heard_place" USING btree ("platform","tenant","heard_at");