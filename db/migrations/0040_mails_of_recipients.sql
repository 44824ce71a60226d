-- Mails to one address are bounded too, whichever tenants invite it (identity::kInvitationMailsToAddressOfDay), and resets of passwords of
-- a person in a day (identity::kResetsOfPersonOfDay): what is past its time stays in platform.password_reset until its day is over.
-- Lock: share on both tables while their indexes are made; invitations are few, resets fewer. Duration: milliseconds.

set local role accubooks_owner;

create index invitation__mail_to on platform.invitation (email, created_at) where by_mail;
create index password_reset__created_at on platform.password_reset (created_at);
