-- Which invitations were told by mail: a tenant may send so many in a day (identity::kInvitationMailsOfDay).
-- Lock: access exclusive on platform.invitation while the column is added, without a rewrite, and its index is made; invitations are
-- few. Duration: milliseconds.

set local role accubooks_owner;

alter table platform.invitation add column by_mail boolean not null default false;
create index invitation__by_mail on platform.invitation (tenant_id, created_at) where by_mail;
