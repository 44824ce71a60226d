-- Notes in the tenant's audit that its books came in from somewhere or went out: what no row of another table tells.

set local role accubooks_owner;

create or replace function books.record_transfer(p_tenant bigint, p_kind text, p_object text, p_what jsonb) returns void
language plpgsql
security definer
set search_path = pg_catalog, books, pg_temp
as $function$
begin
    if p_kind not in ('import', 'export') then
        raise exception 'a transfer is an import or an export' using errcode = 'invalid_parameter_value';
    end if;
    perform books.record_audit(p_tenant, p_kind, 'done', p_object, null, p_what);
end
$function$;

revoke all on function books.record_transfer(bigint, text, text, jsonb) from public;
grant execute on function books.record_transfer(bigint, text, text, jsonb) to accubooks_app;
