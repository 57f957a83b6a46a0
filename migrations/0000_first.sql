CREATE TABLE "account_binding" (
	"platform" text NOT NULL,
	"tenant" text NOT NULL,
	"account" text NOT NULL,
	"person" text NOT NULL,
	"bound_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "account_binding_platform_tenant_account_pk" PRIMARY KEY("platform","tenant","account")
);
--> statement-breakpoint
CREATE TABLE "delivery" (
	"id" text PRIMARY KEY NOT NULL,
	"keep_until" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "message" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"request_id" text NOT NULL,
	"kind" text NOT NULL,
	"platform" text NOT NULL,
	"audience" text NOT NULL,
	"place" text NOT NULL,
	"parent_id" bigint,
	"content" jsonb,
	"ref_channel" text,
	"ref_message" text,
	"shown_revision" integer,
	"owner" text,
	"epoch" integer DEFAULT 0 NOT NULL,
	"next_try_at" timestamp (3) with time zone,
	"tries" integer DEFAULT 0 NOT NULL,
	"last_error" text,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "subject_binding" (
	"person" text NOT NULL,
	"instance" text NOT NULL,
	"subject_id" text NOT NULL,
	"login" text NOT NULL,
	"bound_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "subject_binding_person_instance_pk" PRIMARY KEY("person","instance")
);
--> statement-breakpoint
CREATE TABLE "access_grant" (
	"id" text PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"prior_state" text,
	"person" text NOT NULL,
	"provider_key" text NOT NULL,
	"instance" text NOT NULL,
	"subject_id" text,
	"duration_seconds" integer NOT NULL,
	"planned_at" timestamp (3) with time zone NOT NULL,
	"began_at" timestamp (3) with time zone,
	"started_at" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone,
	"end_due_at" timestamp (3) with time zone,
	"ended_how" text,
	"ended_by" text,
	"failure" jsonb,
	"revoked_at" timestamp (3) with time zone,
	"overdue_since" timestamp (3) with time zone,
	"warned_at" timestamp (3) with time zone,
	"is_waiting" boolean DEFAULT false NOT NULL,
	"next_try_at" timestamp (3) with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"last_error" text,
	CONSTRAINT "grant_starts_planned" CHECK (prior_state is not null or state = 'planned')
);
--> statement-breakpoint
CREATE TABLE "grant_move" (
	"from_state" text NOT NULL,
	"to_state" text NOT NULL,
	CONSTRAINT "grant_move_from_state_to_state_pk" PRIMARY KEY("from_state","to_state")
);
--> statement-breakpoint
CREATE TABLE "holding" (
	"grant_id" text NOT NULL,
	"slot_id" integer NOT NULL,
	"level" text NOT NULL,
	"state" text DEFAULT 'new' NOT NULL,
	"is_reached" boolean DEFAULT false NOT NULL,
	"may_have" boolean DEFAULT false NOT NULL,
	CONSTRAINT "holding_grant_id_slot_id_pk" PRIMARY KEY("grant_id","slot_id"),
	CONSTRAINT "holding_state" CHECK (state in ('new', 'open', 'watched', 'closed'))
);
--> statement-breakpoint
CREATE TABLE "audit_event" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"name" text NOT NULL,
	"subject" text,
	"actor" text NOT NULL,
	"trace" text,
	"detail" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "configuration" (
	"hash" text PRIMARY KEY NOT NULL,
	"content" jsonb NOT NULL,
	"loaded_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "request" (
	"id" text PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"prior_state" text,
	"revision" integer DEFAULT 1 NOT NULL,
	"requester" text NOT NULL,
	"role_key" text NOT NULL,
	"role_hash" text NOT NULL,
	"role" jsonb NOT NULL,
	"reason" text NOT NULL,
	"duration_seconds" integer NOT NULL,
	"platform" text NOT NULL,
	"asked_at" timestamp (3) with time zone NOT NULL,
	"lapses_at" timestamp (3) with time zone NOT NULL,
	"remind_at" timestamp (3) with time zone,
	"decided_at" timestamp (3) with time zone,
	"decided_by" text,
	"decision" text,
	CONSTRAINT "request_starts_pending" CHECK (prior_state is not null or state = 'pending'),
	CONSTRAINT "request_duration" CHECK (duration_seconds > 0)
);
--> statement-breakpoint
CREATE TABLE "request_move" (
	"from_state" text NOT NULL,
	"to_state" text NOT NULL,
	CONSTRAINT "request_move_from_state_to_state_pk" PRIMARY KEY("from_state","to_state")
);
--> statement-breakpoint
CREATE TABLE "vote" (
	"request_id" text NOT NULL,
	"person" text NOT NULL,
	"value" text NOT NULL,
	"stage" integer NOT NULL,
	"comment" text NOT NULL,
	"platform" text NOT NULL,
	"account" text NOT NULL,
	"delivery" text NOT NULL,
	"card_revision" integer NOT NULL,
	"reacted_at" bigint,
	"voted_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "vote_request_id_person_pk" PRIMARY KEY("request_id","person"),
	CONSTRAINT "vote_value" CHECK (value in ('yes', 'no', 'withdrawn'))
);
--> statement-breakpoint
CREATE TABLE "attempt" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"slot_id" integer NOT NULL,
	"grant_id" text NOT NULL,
	"direction" text NOT NULL,
	"level" text NOT NULL,
	"sender" text NOT NULL,
	"intended_at" timestamp (3) with time zone NOT NULL,
	"last_send_at" timestamp (3) with time zone NOT NULL,
	"window_ms" integer NOT NULL,
	"sent_at" timestamp (3) with time zone,
	"outcome" text,
	"detail" text,
	"receipt" text,
	"lands_before" timestamp (3) with time zone,
	"settled_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "replica" (
	"id" text PRIMARY KEY NOT NULL,
	"lock" serial NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"seen_at" timestamp (3) with time zone NOT NULL,
	"gone_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "slot" (
	"id" serial PRIMARY KEY NOT NULL,
	"provider_key" text NOT NULL,
	"instance" text NOT NULL,
	"subject_id" text NOT NULL,
	"subject_login" text NOT NULL,
	"name" text NOT NULL,
	"prior" text,
	"prior_is_invitation" boolean DEFAULT false NOT NULL,
	"seen" text,
	"seen_at" timestamp (3) with time zone,
	"touched_until" timestamp (3) with time zone,
	"owner" text,
	"epoch" integer DEFAULT 0 NOT NULL,
	"is_urgent" boolean DEFAULT false NOT NULL,
	"next_try_at" timestamp (3) with time zone,
	"tries" integer DEFAULT 0 NOT NULL,
	"last_error" text
);
--> statement-breakpoint
ALTER TABLE "message" ADD CONSTRAINT "message_request_id_request_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."request"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "access_grant" ADD CONSTRAINT "access_grant_id_request_id_fk" FOREIGN KEY ("id") REFERENCES "public"."request"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "access_grant" ADD CONSTRAINT "access_grant_prior_state_state_grant_move_from_state_to_state_fk" FOREIGN KEY ("prior_state","state") REFERENCES "public"."grant_move"("from_state","to_state") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "holding" ADD CONSTRAINT "holding_grant_id_access_grant_id_fk" FOREIGN KEY ("grant_id") REFERENCES "public"."access_grant"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "holding" ADD CONSTRAINT "holding_slot_id_slot_id_fk" FOREIGN KEY ("slot_id") REFERENCES "public"."slot"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "request" ADD CONSTRAINT "request_prior_state_state_request_move_from_state_to_state_fk" FOREIGN KEY ("prior_state","state") REFERENCES "public"."request_move"("from_state","to_state") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vote" ADD CONSTRAINT "vote_request_id_request_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."request"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attempt" ADD CONSTRAINT "attempt_slot_id_slot_id_fk" FOREIGN KEY ("slot_id") REFERENCES "public"."slot"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "binding_one_account" ON "account_binding" USING btree ("platform","person");--> statement-breakpoint
CREATE INDEX "delivery_old" ON "delivery" USING btree ("keep_until");--> statement-breakpoint
CREATE INDEX "message_to_send" ON "message" USING btree ("next_try_at") WHERE next_try_at is not null;--> statement-breakpoint
CREATE INDEX "message_of_request" ON "message" USING btree ("request_id");--> statement-breakpoint
CREATE UNIQUE INDEX "message_ref" ON "message" USING btree ("platform","ref_channel","ref_message") WHERE ref_message is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "message_one_root" ON "message" USING btree ("request_id","platform","audience","place") WHERE kind = 'card';--> statement-breakpoint
CREATE UNIQUE INDEX "subject_one_person" ON "subject_binding" USING btree ("instance","subject_id");--> statement-breakpoint
CREATE INDEX "grant_due" ON "access_grant" USING btree ("expires_at") WHERE state in ('granting', 'active');--> statement-breakpoint
CREATE INDEX "grant_open" ON "access_grant" USING btree ("state") WHERE state <> 'revoked';--> statement-breakpoint
CREATE INDEX "grant_to_prepare" ON "access_grant" USING btree ("next_try_at") WHERE next_try_at is not null;--> statement-breakpoint
CREATE INDEX "holding_open" ON "holding" USING btree ("slot_id") WHERE state <> 'closed';--> statement-breakpoint
CREATE INDEX "audit_by_subject" ON "audit_event" USING btree ("subject");--> statement-breakpoint
CREATE INDEX "request_open" ON "request" USING btree ("lapses_at") WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX "request_by_person" ON "request" USING btree ("requester","asked_at");--> statement-breakpoint
CREATE INDEX "attempt_open" ON "attempt" USING btree ("slot_id") WHERE settled_at is null;--> statement-breakpoint
CREATE INDEX "attempt_by_sender" ON "attempt" USING btree ("sender") WHERE outcome is null;--> statement-breakpoint
CREATE UNIQUE INDEX "slot_identity" ON "slot" USING btree ("instance","subject_id","name");--> statement-breakpoint
CREATE INDEX "slot_to_work" ON "slot" USING btree ("next_try_at") WHERE next_try_at is not null;--> statement-breakpoint
CREATE INDEX "slot_owned" ON "slot" USING btree ("owner") WHERE owner is not null;