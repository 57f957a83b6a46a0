-- Where a row came from is the database's to say: nothing begins in the middle of its life, and no move is rewritten.
create or replace function request_remember_state() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then new.prior_state := null;
  elsif new.state is distinct from old.state then new.prior_state := old.state;
  else new.prior_state := old.prior_state;
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger request_begins before insert on request for each row execute function request_remember_state();
--> statement-breakpoint
create or replace function access_grant_remember_state() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then new.prior_state := null;
  elsif new.state is distinct from old.state then new.prior_state := old.state;
  else new.prior_state := old.prior_state;
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger access_grant_begins before insert on access_grant for each row execute function access_grant_remember_state();
