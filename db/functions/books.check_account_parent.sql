-- A parent only rolls up: an account that isn't imported can't become one once it has lines, and no account is below itself.
-- Takes the ledger's lock, as posting does, so that a line and a child of one account can't both arrive unseen. Runs as the
-- owner, because the application may not lock the ledger.

set local role accubooks_owner;

create or replace function books.check_account_parent() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, books, pg_temp
as $function$
declare
    v_tenant_before constant text := coalesce(current_setting('app.tenant_id', true), '');
    c_depth_max constant int := 100;
    v_rule text;
    v_parent bigint := new.parent_id;
    v_depth int := 0;
begin
    perform set_config('app.tenant_id', new.tenant_id::text, true);
    perform from books.ledger where tenant_id = new.tenant_id for update;

    if exists (select from books.account where tenant_id = new.tenant_id and account_id = new.parent_id and not imported)
       and exists (select from books.account_balance where tenant_id = new.tenant_id and account_id = new.parent_id) then
        v_rule := 'account__parent_has_lines';
    end if;
    while v_rule is null and v_parent is not null loop
        v_depth := v_depth + 1;
        if v_depth > c_depth_max then  -- a ring has no end
            v_rule := 'account__below_itself';
        end if;
        select parent_id into v_parent from books.account where tenant_id = new.tenant_id and account_id = v_parent;
    end loop;

    if v_rule is not null then
        raise exception 'account % of tenant % may not have parent %', new.account_id, new.tenant_id, new.parent_id
            using errcode = 'check_violation', schema = 'books', table = 'account', constraint = v_rule;
    end if;
    perform set_config('app.tenant_id', v_tenant_before, true);
    return null;
end
$function$;

revoke all on function books.check_account_parent() from public;

create or replace trigger account__parent_rules after insert or update of parent_id on books.account
    for each row when (new.parent_id is not null)
    execute function books.check_account_parent();
