-- The pairs of REQUEST_MOVES and GRANT_MOVES; a test compares them.
insert into request_move (from_state, to_state) values
  ('pending', 'approved'),
  ('pending', 'denied'),
  ('pending', 'cancelled'),
  ('pending', 'lapsed');
--> statement-breakpoint
insert into grant_move (from_state, to_state) values
  ('planned', 'granting'),
  ('planned', 'revoked'),
  ('granting', 'active'),
  ('granting', 'revoking'),
  ('active', 'revoking'),
  ('revoking', 'revoked');
--> statement-breakpoint
create function request_remember_state() returns trigger language plpgsql as $$
begin
  if new.state is distinct from old.state then new.prior_state := old.state; end if;
  return new;
end $$;
--> statement-breakpoint
create trigger request_remember_state before update on request for each row execute function request_remember_state();
--> statement-breakpoint
create function access_grant_remember_state() returns trigger language plpgsql as $$
begin
  if new.state is distinct from old.state then new.prior_state := old.state; end if;
  return new;
end $$;
--> statement-breakpoint
create trigger access_grant_remember_state before update on access_grant for each row execute function access_grant_remember_state();
--> statement-breakpoint
create function audit_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'audit_event is append-only' using errcode = 'insufficient_privilege';
end $$;
--> statement-breakpoint
create trigger audit_no_change before update or delete on audit_event for each row execute function audit_is_append_only();
--> statement-breakpoint
create trigger audit_no_truncate before truncate on audit_event for each statement execute function audit_is_append_only();
