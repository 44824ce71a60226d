-- Keeps a write's answer, by which whoever repeats its request with the same key is answered again; without a key there is none to
-- keep. Errors: a key that another request has taken is write_key__pk, no such tenant write_key__tenant.

set local role accubooks_owner;

create or replace function platform.keep_answer(
    p_tenant bigint, p_key text, p_request_hash bytea, p_status smallint, p_response text
) returns boolean
language plpgsql
set search_path = pg_catalog, platform, pg_temp
as $function$
begin
    if p_key is not null then
        insert into platform.write_key (tenant_id, key, request_hash, status, response)
        values (p_tenant, p_key, p_request_hash, p_status, p_response);
    end if;
    return p_key is not null;
end
$function$;

revoke all on function platform.keep_answer(bigint, text, bytea, smallint, text) from public;
grant execute on function platform.keep_answer(bigint, text, bytea, smallint, text) to accubooks_ops;
