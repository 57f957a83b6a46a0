CREATE TABLE "credential" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"grant_id" text NOT NULL,
	"provider_key" text NOT NULL,
	"instance" text NOT NULL,
	"device" text NOT NULL,
	"state" text DEFAULT 'intended' NOT NULL,
	"sender" text NOT NULL,
	"intended_at" timestamp (3) with time zone NOT NULL,
	"answer_by" timestamp (3) with time zone NOT NULL,
	"works_until" timestamp (3) with time zone NOT NULL,
	"receipt" text,
	"key_id" text,
	"owner" text,
	"epoch" integer DEFAULT 0 NOT NULL,
	"next_try_at" timestamp (3) with time zone,
	"tries" integer DEFAULT 0 NOT NULL,
	"last_error" text,
	"over_at" timestamp (3) with time zone,
	CONSTRAINT "credential_state" CHECK (state in ('intended', 'issued', 'unknown', 'refused', 'dead', 'expired')),
	CONSTRAINT "credential_receipt" CHECK ((receipt is not null) = (state = 'issued'))
);
--> statement-breakpoint
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
ALTER TABLE "request" ADD COLUMN "extends_grant" text;--> statement-breakpoint
ALTER TABLE "request" ADD COLUMN "extends_until" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "request" ADD COLUMN "is_new_to_homes" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "credential" ADD CONSTRAINT "credential_grant_id_access_grant_id_fk" FOREIGN KEY ("grant_id") REFERENCES "public"."access_grant"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refresh_token" ADD CONSTRAINT "refresh_token_device_id_device_id_fk" FOREIGN KEY ("device_id") REFERENCES "public"."device"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "credential_of_grant" ON "credential" USING btree ("grant_id");--> statement-breakpoint
CREATE INDEX "credential_to_withdraw" ON "credential" USING btree ("next_try_at") WHERE next_try_at is not null;--> statement-breakpoint
CREATE INDEX "credential_unanswered" ON "credential" USING btree ("answer_by") WHERE state = 'intended';--> statement-breakpoint
CREATE INDEX "device_of_person" ON "device" USING btree ("person") WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "device_by_key" ON "device" USING btree ("thumbprint") WHERE ended_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "device_login_device_code" ON "device_login" USING btree ("device_code_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "device_login_user_code" ON "device_login" USING btree ("user_code_hash");--> statement-breakpoint
CREATE INDEX "device_login_old" ON "device_login" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "refresh_token_old" ON "refresh_token" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "home_to_publish" ON "home_view" USING btree ("next_publish_at") WHERE next_publish_at is not null;--> statement-breakpoint
CREATE INDEX "home_opened" ON "home_view" USING btree ("opened_at");--> statement-breakpoint
ALTER TABLE "request" ADD CONSTRAINT "request_extends_grant_request_id_fk" FOREIGN KEY ("extends_grant") REFERENCES "public"."request"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "request_new_to_homes" ON "request" USING btree ("id") WHERE is_new_to_homes;--> statement-breakpoint
CREATE INDEX "request_by_grant" ON "request" USING btree ("extends_grant") WHERE extends_grant is not null;--> statement-breakpoint
ALTER TABLE "request" ADD CONSTRAINT "request_extension" CHECK ((extends_grant is null) = (extends_until is null));