CREATE TABLE "device" (
	"id" text PRIMARY KEY NOT NULL,
	"person" text NOT NULL,
	"name" text NOT NULL,
	"host" text NOT NULL,
	"thumbprint" text NOT NULL,
	"platform" text NOT NULL,
	"account" text NOT NULL,
	"bound_at" timestamp (3) with time zone NOT NULL,
	"seen_at" timestamp (3) with time zone NOT NULL,
	"alive_until" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "device_login" (
	"id" text PRIMARY KEY NOT NULL,
	"state" text DEFAULT 'asked' NOT NULL,
	"device_code_hash" text NOT NULL,
	"user_code_hash" text NOT NULL,
	"name" text NOT NULL,
	"host" text NOT NULL,
	"thumbprint" text NOT NULL,
	"address" text NOT NULL,
	"person" text,
	"platform" text,
	"tenant" text,
	"account" text,
	"device_id" text,
	"asked_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"polled_at" timestamp (3) with time zone,
	"interval_seconds" integer NOT NULL,
	CONSTRAINT "device_login_state" CHECK (state in ('asked', 'confirmed', 'refused', 'used'))
);
--> statement-breakpoint
CREATE TABLE "refresh_token" (
	"hash" text PRIMARY KEY NOT NULL,
	"device_id" text NOT NULL,
	"issued_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "wrong_codes" (
	"person" text PRIMARY KEY NOT NULL,
	"at" jsonb NOT NULL
);
--> statement-breakpoint
ALTER TABLE "refresh_token" ADD CONSTRAINT "refresh_token_device_id_device_id_fk" FOREIGN KEY ("device_id") REFERENCES "public"."device"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "device_of_person" ON "device" USING btree ("person") WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "device_by_key" ON "device" USING btree ("thumbprint") WHERE ended_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "device_login_device_code" ON "device_login" USING btree ("device_code_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "device_login_user_code" ON "device_login" USING btree ("user_code_hash");--> statement-breakpoint
CREATE INDEX "device_login_old" ON "device_login" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "refresh_token_old" ON "refresh_token" USING btree ("expires_at");