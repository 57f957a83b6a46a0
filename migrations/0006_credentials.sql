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
ALTER TABLE "credential" ADD CONSTRAINT "credential_grant_id_access_grant_id_fk" FOREIGN KEY ("grant_id") REFERENCES "public"."access_grant"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "credential_of_grant" ON "credential" USING btree ("grant_id");--> statement-breakpoint
CREATE INDEX "credential_to_withdraw" ON "credential" USING btree ("next_try_at") WHERE next_try_at is not null;--> statement-breakpoint
CREATE INDEX "credential_unanswered" ON "credential" USING btree ("answer_by") WHERE state = 'intended';