-- Whose tenant it is by making: what the limit of tenants for each person counts (platform.found_tenant).
-- Lock: access exclusive on a small table, for a column without a default. Duration: milliseconds.

set local role accubooks_owner;

alter table platform.tenant add column created_by uuid;
alter table platform.tenant add constraint tenant__created_by foreign key (created_by) references platform.app_user;
create index tenant__created_by on platform.tenant (created_by) where created_by is not null;
